package io.isochrone.bench.world;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.bench.fault.Ledger;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Region;
import io.isochrone.proxy.runtime.BindFailedException;
import io.isochrone.proxy.runtime.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerExpectContinueHandler;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The small backend that each region of the simulated world has: answers every request with JSON that names the region, the
 * backend, the request and its header fields. It enters each request with an {@value #REQUEST_ID} that may not be repeated into a ledger, and answers a share with 503 when it is told to.
 *
 * <p>Thread-safe: one volatile share; its connections live on the transport's loops.
 */
public final class SampleBackend implements AutoCloseable {
    /** The field with a request's id, the same whenever it is sent again. */
    public static final String REQUEST_ID = "X-Req-Id";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Region region;
    private final Ledger ledger;
    private final BackendWork work;
    private final SplittableRandom random;
    private volatile double failing;
    private final Channel listener;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    private SampleBackend(
            Transport transport, Region region, HostPort listen, Ledger ledger, int workers, long eachNanos)
            throws BindFailedException {
        this.region = region;
        this.ledger = ledger;
        this.work = new BackendWork(
                workers, eachNanos, transport.loops().next().ticker().nanoTime());
        this.random = new SplittableRandom(region.name().hashCode());
        ChannelFuture bound = new ServerBootstrap()
                .group(transport.loops())
                .channel(transport.serverChannel())
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        channel.pipeline()
                                .addLast(
                                        new HttpServerCodec(16_384, 65_536, 65_536),
                                        new HttpServerExpectContinueHandler(),
                                        new Answers());
                    }
                })
                .bind(new InetSocketAddress(listen.host(), listen.port()))
                .awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw new BindFailedException("backend: " + listen + " (expected: a free port)", cause);
        }
        this.listener = bound.channel();
    }

    /** Opens the backend's listener; port 0 for a free one. */
    public static SampleBackend start(Transport transport, Region region, HostPort listen) throws BindFailedException {
        return start(transport, region, listen, new Ledger(), 1, 0);
    }

    /** The same with a ledger of its own or shared, and {@code workers} that need {@code eachNanos} for a request; the transport must have one loop. */
    static SampleBackend start(
            Transport transport, Region region, HostPort listen, Ledger ledger, int workers, long eachNanos)
            throws BindFailedException {
        return new SampleBackend(transport, region, listen, ledger, workers, eachNanos);
    }

    /** Whether it does no harm to execute the request again: then how often is no matter for the ledger. */
    private static boolean mayRepeat(HttpRequest request) {
        return request.headers().contains("Idempotency-Key")
                || request.method().equals(HttpMethod.GET)
                || request.method().equals(HttpMethod.HEAD);
    }

    /** Answers a share of the requests with 503 from now on, without entering them into the ledger; 0: none. */
    void fail(double share) {
        failing = share;
    }

    /** Where it listens. */
    public HostPort address() {
        InetSocketAddress local = (InetSocketAddress) listener.localAddress();
        return new HostPort(local.getAddress().getHostAddress(), local.getPort());
    }

    /** Closes the listener and all connections. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly(1000);
        connections.close().awaitUninterruptibly(1000);
    }

    /** Answers when a request is whole. Confined to one event loop. */
    private final class Answers extends SimpleChannelInboundHandler<HttpObject> {
        private @Nullable HttpRequest head;
        private long bodyBytes;

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
            if (message.decoderResult().isFailure()) {
                ctx.close();
                return;
            }
            if (message instanceof HttpRequest request) {
                head = request;
                bodyBytes = 0;
            }
            if (message instanceof io.netty.handler.codec.http.HttpContent part) {
                bodyBytes += part.content().readableBytes();
            }
            HttpRequest request = head;
            if (message instanceof LastHttpContent && request != null) {
                head = null;
                String id = request.headers().get(REQUEST_ID);
                boolean fails = failing > 0 && random.nextDouble() < failing;
                if (id != null && !fails && !mayRepeat(request)) {
                    ledger.record(id);
                }
                long body = bodyBytes;
                long wait = work.take(ctx.executor().ticker().nanoTime());
                if (wait <= 0) {
                    answer(ctx, request, body, fails);
                } else {
                    ctx.executor().schedule(() -> answer(ctx, request, body, fails), wait, TimeUnit.NANOSECONDS);
                }
            }
        }

        private void answer(ChannelHandlerContext ctx, HttpRequest request, long bytes, boolean fails) {
            byte[] body = (describe(request, bytes) + "\n").getBytes(StandardCharsets.UTF_8);
            boolean bodiless = request.method().equals(HttpMethod.HEAD);
            FullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    fails ? HttpResponseStatus.SERVICE_UNAVAILABLE : HttpResponseStatus.OK,
                    bodiless ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
            response.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                    .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
            boolean keepAlive = HttpUtil.isKeepAlive(request);
            HttpUtil.setKeepAlive(response, keepAlive);
            ChannelFuture written = ctx.writeAndFlush(response);
            if (!keepAlive) {
                written.addListener(ChannelFutureListener.CLOSE);
            }
        }

        private ObjectNode describe(HttpRequest request, long bytes) {
            ObjectNode answer = JSON.createObjectNode();
            answer.put("region", region.displayName());
            answer.put("name", region.name());
            answer.put("backend", address().toString());
            answer.put("method", request.method().name());
            answer.put("path", request.uri());
            answer.put("bodyBytes", bytes);
            ObjectNode headers = answer.putObject("headers");
            for (Map.Entry<String, String> field : request.headers()) {
                headers.put(field.getKey(), field.getValue());
            }
            return answer;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
