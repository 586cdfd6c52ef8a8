package io.isochrone.proxy.rehearsal;

import io.isochrone.config.model.HostPort;
import io.isochrone.proxy.runtime.BindFailedException;
import io.isochrone.proxy.runtime.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What stands behind a node that rehearses: answers every request with 200 and {@value #BODY_BYTES} bytes. Instead of every
 * {@code dieEvery}th answer it dies: all its connections are reset, or closed, by turns; new ones are taken at once. It finds requests
 * by the blank line behind a head, so bodies must not contain one.
 *
 * <p>Thread-safe: its connections live on the transport's loops.
 */
final class RehearsalOrigin implements AutoCloseable {
    static final int BODY_BYTES = 200;

    private static final byte[] HEAD = ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                    + BODY_BYTES + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);

    private final Channel listener;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final int dieEvery;
    private final AtomicInteger answered = new AtomicInteger();

    private RehearsalOrigin(Transport transport, int dieEvery) throws BindFailedException {
        this.dieEvery = dieEvery;
        ChannelFuture bound = new ServerBootstrap()
                .group(transport.loops())
                .channel(transport.serverChannel())
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        channel.pipeline().addLast(new Answers());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw new BindFailedException("rehearsal: 127.0.0.1:0 (expected: a free port)", cause);
        }
        this.listener = bound.channel();
    }

    /** Opens the listener on loopback; {@code dieEvery} 0: never dies. */
    static RehearsalOrigin start(Transport transport, int dieEvery) throws BindFailedException {
        return new RehearsalOrigin(transport, dieEvery);
    }

    /** Where it listens. */
    HostPort address() {
        return new HostPort("127.0.0.1", ((InetSocketAddress) listener.localAddress()).getPort());
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly(1000);
        connections.close().awaitUninterruptibly(1000);
    }

    private void die(boolean reset) {
        if (reset) {
            connections.forEach(connection -> connection.config().setOption(ChannelOption.SO_LINGER, 0));
        }
        connections.close();
    }

    /** Answers each head. Confined to one event loop. */
    private final class Answers extends SimpleChannelInboundHandler<ByteBuf> {
        private static final int BLANK_LINE = 4;

        private int matched;
        private boolean atStart = true;
        private boolean bodiless;

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
            while (bytes.isReadable()) {
                byte next = bytes.readByte();
                if (atStart) {
                    atStart = false;
                    bodiless = next == 'H';
                }
                boolean expected = next == (matched % 2 == 0 ? '\r' : '\n');
                matched = expected ? matched + 1 : next == '\r' ? 1 : 0;
                if (matched == BLANK_LINE) {
                    matched = 0;
                    bytes.skipBytes(bytes.readableBytes());
                    atStart = true;
                    answer(ctx);
                }
            }
        }

        private void answer(ChannelHandlerContext ctx) {
            int number = answered.incrementAndGet();
            if (dieEvery > 0 && number % dieEvery == 0) {
                die(number / dieEvery % 2 == 1);
                return;
            }
            ByteBuf answer = ctx.alloc().buffer(HEAD.length + BODY_BYTES).writeBytes(HEAD);
            ctx.writeAndFlush(bodiless ? answer : answer.writeBytes(Unpooled.wrappedBuffer(new byte[BODY_BYTES])));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
