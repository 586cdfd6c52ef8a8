package io.isochrone.bench.peers;

import io.isochrone.proxy.runtime.BindFailedException;
import io.isochrone.proxy.runtime.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An origin of our own for machines without nginx: answers with fixed bodies.
 *
 * <p>Thread-safe: immutable; its connections live on one event loop of their own.
 */
final class FixedOrigin implements AutoCloseable {
    private static final Map<String, byte[]> BODIES = Map.of(
            LoadShape.SMALL,
            FixedBodies.SMALL.getBytes(StandardCharsets.US_ASCII),
            LoadShape.POST,
            FixedBodies.POST.getBytes(StandardCharsets.US_ASCII),
            LoadShape.LARGE,
            new byte[64 << 10],
            SideConfigs.STATUS_PATH,
            new byte[0]);

    private final Transport transport;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Channel listener;

    private FixedOrigin(Transport transport) throws BindFailedException {
        this.transport = transport;
        ChannelFuture bound = new ServerBootstrap()
                .group(transport.loops())
                .channel(transport.serverChannel())
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        channel.pipeline().addLast(new HttpServerCodec(), new Answers());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw new BindFailedException("origin: 127.0.0.1:0 (expected: a free port)", cause);
        }
        this.listener = bound.channel();
    }

    /** Listens on a free port of loopback. */
    static FixedOrigin start() throws BindFailedException {
        Transport transport = Transport.start("origin", 1);
        try {
            return new FixedOrigin(transport);
        } catch (BindFailedException e) {
            transport.close();
            throw e;
        }
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Closes the listener and all connections. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly(1000);
        connections.close().awaitUninterruptibly(1000);
        transport.close();
    }

    /** Answers when a request is whole. Confined to one event loop. */
    private static final class Answers extends SimpleChannelInboundHandler<HttpObject> {
        private byte @Nullable [] body;
        private boolean known;

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
            if (message.decoderResult().isFailure()) {
                ctx.close();
                return;
            }
            if (message instanceof HttpRequest request) {
                body = BODIES.get(request.uri());
                known = body != null;
            }
            if (message instanceof LastHttpContent) {
                byte[] bytes = body == null ? new byte[0] : body;
                FullHttpResponse response = new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        known ? HttpResponseStatus.OK : HttpResponseStatus.NOT_FOUND,
                        Unpooled.wrappedBuffer(bytes));
                response.headers().set(HttpHeaderNames.CONTENT_LENGTH, bytes.length);
                ctx.writeAndFlush(response, ctx.voidPromise());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
