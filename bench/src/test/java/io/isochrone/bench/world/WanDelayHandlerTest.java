package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.GeoPoint;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WanDelayHandlerTest {
    private static final GeoPoint ROUTER = new GeoPoint(0, 0);
    private static final GeoPoint NEAR = new GeoPoint(0, 10);
    private static final GeoPoint FAR = new GeoPoint(0, 100);
    private static final GeoPoint REGION = new GeoPoint(0, 0);
    private static final String NEAR_HEAD = "GET / HTTP/1.1\r\nHost: t\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n";
    private static final String FAR_HEAD = "GET / HTTP/1.1\r\nhost: t\r\nx-forwarded-for: 192.0.2.2, 127.0.0.1\r\n\r\n";

    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel channel = EmbeddedChannel.builder()
            .ticker(ticker)
            .handlers(new WanDelayHandler(new ClientDelay(
                    ROUTER, REGION, address -> address[3] == 1 ? NEAR : address[3] == 2 ? FAR : null, (from, to) ->
                            (long) (TimeUnit.MILLISECONDS.toNanos(2) * (from.longitude() - to.longitude())))))
            .build();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void bringsARequestAfterHalfTheRoundTripOfItsClient() {
        receive(NEAR_HEAD);

        advance(9);
        assertThat(received()).isNull();

        advance(1);
        assertThat(received()).isEqualTo(NEAR_HEAD);
    }

    @Test
    void bringsAResponseAfterHalfTheRoundTripOfTheRequestsClient() {
        receive(FAR_HEAD);
        advance(100);
        received();

        channel.writeOneOutbound(text("HTTP/1.1 200 OK\r\n\r\n"));
        channel.flushOutbound();

        advance(99);
        assertThat(sent()).isNull();
        advance(1);
        assertThat(sent()).isEqualTo("HTTP/1.1 200 OK\r\n\r\n");
    }

    @Test
    void keepsTheOrderWhenANearRequestFollowsAFarOne() {
        receive(FAR_HEAD);
        receive(NEAR_HEAD);

        advance(99);
        assertThat(received()).isNull();
        advance(1);
        assertThat(received()).isEqualTo(FAR_HEAD);
        assertThat(received()).isEqualTo(NEAR_HEAD);
    }

    @Test
    void takesTheRoutersPlaceForARequestWithoutAClient() {
        receive("GET /status-0123456789abcdef HTTP/1.1\r\nHost: t\r\n\r\n");

        assertThat(received()).startsWith("GET /status");
    }

    @Test
    void keepsTheDistanceForChunksOfABody() {
        receive(NEAR_HEAD);
        advance(10);
        received();

        receive("not a head at all");

        advance(9);
        assertThat(received()).isNull();
        advance(1);
        assertThat(received()).isEqualTo("not a head at all");
    }

    @Test
    void saysUnwritableWhenTooMuchIsUnderWayAndWritableAgainLater() {
        receive(FAR_HEAD);
        advance(100);
        received();

        channel.writeOneOutbound(Unpooled.wrappedBuffer(new byte[WanDelayHandler.HIGH_BYTES]));
        channel.flushOutbound();
        assertThat(channel.isWritable()).isFalse();

        advance(100);
        assertThat(channel.isWritable()).isTrue();
    }

    @Test
    void closesAfterWhatWasWrittenBefore() {
        receive(NEAR_HEAD);
        advance(10);
        received();

        channel.writeOneOutbound(text("last"));
        channel.flushOutbound();
        ChannelFuture closed = channel.pipeline().close();

        assertThat(closed.isDone()).isFalse();
        advance(10);
        assertThat(sent()).isEqualTo("last");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void closesAnIdleConnectionAtOnce() {
        channel.close();

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void releasesWhatIsUnderWayWhenTheConnectionIsLost() {
        ByteBuf answer = text("answer");
        receive(FAR_HEAD);
        advance(100);
        received();
        ChannelFuture written = channel.writeOneOutbound(answer);

        channel.unsafe().closeForcibly();
        channel.pipeline().fireChannelInactive();

        assertThat(answer.refCnt()).isZero();
        assertThat(written.isSuccess()).isFalse();
    }

    /** As a loop does that is told to end between looking whether it is and confirming that it does: it closes no channel. */
    private static final class Forgetful implements IoHandler {
        private final IoHandler handler;

        Forgetful(IoHandler handler) {
            this.handler = handler;
        }

        @Override
        public void initialize() {
            handler.initialize();
        }

        @Override
        public int run(IoHandlerContext context) {
            return handler.run(context);
        }

        @Override
        public void prepareToDestroy() {}

        @Override
        public void destroy() {
            handler.destroy();
        }

        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
            return handler.register(handle);
        }

        @Override
        public void wakeup() {
            handler.wakeup();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> type) {
            return handler.isCompatible(type);
        }
    }

    private static IoHandlerFactory handlers(boolean forgetful) {
        IoHandlerFactory nio = NioIoHandler.newFactory();
        return executor -> forgetful ? new Forgetful(nio.newHandler(executor)) : nio.newHandler(executor);
    }

    /** Closing waits for what travels, and the timers of a loop that ends never run. */
    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void releasesWhatIsUnderWayWhenTheLoopEnds(boolean forgetful, boolean closing) throws Exception {
        ByteBuf answer = text("answer");
        CompletableFuture<ChannelFuture> written = new CompletableFuture<>();
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, handlers(forgetful));
        Channel listener = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        accepted.pipeline()
                                .addLast(
                                        new WanDelayHandler(new ClientDelay(
                                                ROUTER,
                                                REGION,
                                                address -> null,
                                                (from, to) -> TimeUnit.HOURS.toNanos(1))),
                                        new ChannelInboundHandlerAdapter() {
                                            @Override
                                            public void channelActive(ChannelHandlerContext ctx) {
                                                written.complete(ctx.writeAndFlush(answer));
                                                if (closing) {
                                                    ctx.close();
                                                }
                                            }
                                        });
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        try (Socket client =
                new Socket(InetAddress.getLoopbackAddress(), ((InetSocketAddress) listener.localAddress()).getPort())) {
            assertThat(client.isConnected()).isTrue();
            ChannelFuture future = written.get();

            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();

            assertThat(answer.refCnt()).isZero();
            assertThat(future.isDone()).isTrue();
            assertThat(future.isSuccess()).isFalse();
        }
    }

    private void receive(String text) {
        channel.writeInbound(text(text));
    }

    private String received() {
        return string(channel.readInbound());
    }

    private String sent() {
        return string(channel.readOutbound());
    }

    private void advance(long millis) {
        ticker.advance(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    private static String string(ByteBuf message) {
        if (message == null) {
            return null;
        }
        String text = message.toString(StandardCharsets.ISO_8859_1);
        message.release();
        return text;
    }
}
