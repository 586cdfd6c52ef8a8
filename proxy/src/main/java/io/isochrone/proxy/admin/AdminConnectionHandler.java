package io.isochrone.proxy.admin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One operator's connection: takes a request, has a worker answer it, then reads the next. Confined to one event loop. */
final class AdminConnectionHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(AdminConnectionHandler.class);

    private final AdminServer server;
    private final Executor workers;

    AdminConnectionHandler(AdminServer server, Executor workers) {
        this.server = server;
        this.workers = workers;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.read();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest message) {
        if (message.decoderResult().isFailure()) {
            respond(ctx, AdminResponse.error(400, "Bad request"), false, false);
            return;
        }
        boolean keepAlive = HttpUtil.isKeepAlive(message);
        boolean head = message.method().equals(HttpMethod.HEAD);
        AdminRequest request;
        try {
            request = read(message);
        } catch (IllegalArgumentException e) {
            respond(ctx, AdminResponse.error(400, "Bad request target"), head, keepAlive);
            return;
        }
        try {
            workers.execute(() -> {
                AdminResponse response = answer(request);
                ctx.executor().execute(() -> respond(ctx, response, head, keepAlive));
            });
        } catch (RejectedExecutionException e) {
            respond(ctx, AdminResponse.error(503, "Too many admin requests at once"), head, keepAlive);
        }
    }

    private AdminResponse answer(AdminRequest request) {
        try {
            return server.answer(request);
        } catch (RuntimeException e) {
            LOG.error("admin handler failed path={}", request.path(), e);
            return AdminResponse.error(500, "Internal server error");
        }
    }

    private static AdminRequest read(FullHttpRequest message) {
        QueryStringDecoder decoder = new QueryStringDecoder(message.uri());
        Map<String, String> query = new HashMap<>();
        for (Map.Entry<String, List<String>> parameter : decoder.parameters().entrySet()) {
            query.put(parameter.getKey(), parameter.getValue().get(0));
        }
        String accept = message.headers().get(HttpHeaderNames.ACCEPT);
        return new AdminRequest(message.method().name(), decoder.path(), query, accept == null ? "" : accept);
    }

    private static void respond(ChannelHandlerContext ctx, AdminResponse answer, boolean head, boolean keepAlive) {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        ByteBuf content = head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body);
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()), content);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        response.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        HttpUtil.setKeepAlive(response, keepAlive);
        ChannelFuture written = ctx.writeAndFlush(response);
        if (keepAlive) {
            ctx.read();
        } else {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("admin connection failed", cause);
        ctx.close();
    }
}
