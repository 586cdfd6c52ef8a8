package io.isochrone.bench.world;

import io.isochrone.proxy.runtime.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A backend that answers a request, by its target, when the test says so. Thread-safe. */
final class HeldBackend implements AutoCloseable {
    private final Transport transport = Transport.start("held-backend", 1);
    private final Channel listener;
    private final Map<String, Channel> held = new ConcurrentHashMap<>();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();

    HeldBackend() throws InterruptedException {
        listener = new ServerBootstrap()
                .group(transport.loops())
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpServerCodec(), new Requests());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Requests whose connection ended before their answer. */
    int cancelled() {
        return cancelled.get();
    }

    /** Waits until so many requests have come, those that were answered or left too. */
    void awaitBegun(int count) {
        await(begun, count, "requests");
    }

    void awaitCancelled(int count) {
        await(cancelled, count, "cancelled");
    }

    private static void await(AtomicInteger counter, int count, String name) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (counter.get() < count) {
            if (System.nanoTime() - until > 0) {
                throw new AssertionError(name + ": " + counter + " (expected: " + count + ")");
            }
            Thread.onSpinWait();
        }
    }

    /** Answers the request for a target, which is held, with the target. */
    void answer(String target) {
        Channel channel = held.remove(target);
        if (channel == null) {
            throw new AssertionError(target + ": not held (expected: it came and its client is there)");
        }
        ByteBuf body = Unpooled.copiedBuffer(target, StandardCharsets.US_ASCII);
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
        HttpUtil.setContentLength(response, body.readableBytes());
        channel.writeAndFlush(response);
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        transport.close();
    }

    /** One connection. Confined to one event loop. */
    private final class Requests extends SimpleChannelInboundHandler<HttpObject> {
        private String target = "";

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
            if (message instanceof HttpRequest request) {
                target = request.uri();
                held.put(target, ctx.channel());
                begun.incrementAndGet();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (held.remove(target, ctx.channel())) {
                cancelled.incrementAndGet();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
