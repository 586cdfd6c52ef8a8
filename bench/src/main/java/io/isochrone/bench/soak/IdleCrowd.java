package io.isochrone.bench.soak;

import io.isochrone.bench.fault.EchoBody;
import io.isochrone.proxy.runtime.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Connections that are kept alive and ask once a minute only; none of them may ever end. Thread-safe. */
final class IdleCrowd implements AutoCloseable {
    private static final int PERIOD_SECONDS = 60;
    private static final int AT_ONCE = 100;

    private final Asking asking;
    private final SoakTally tally;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final AtomicInteger dropped = new AtomicInteger();
    private volatile boolean closing;

    IdleCrowd(Asking asking, SoakTally tally) {
        this.asking = asking;
        this.tally = tally;
    }

    /** Opens {@code count} connections, some at a time. Each asks at once, and then at a moment of its own once a minute. */
    void open(Transport transport, int port, int count, long seed) throws IOException, InterruptedException {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            SplittableRandom own = random.split();
            var connecting = new Bootstrap()
                    .group(transport.loops())
                    .channel(transport.socketChannel())
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline()
                                    .addLast(new HttpClientCodec(), new HttpObjectAggregator(64 << 10), new Idler(own));
                        }
                    })
                    .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            if (i % AT_ONCE == AT_ONCE - 1 || i == count - 1) {
                connecting.await(10, TimeUnit.SECONDS);
                if (!connecting.isSuccess()) {
                    throw new IOException("idle connections: " + i + " (expected: " + count + "; " + connecting.cause()
                            + "; reduce --idle)");
                }
            }
        }
    }

    /** How many ended although nobody closed them here. */
    int dropped() {
        return dropped.get();
    }

    /** How many are open. */
    int open() {
        return channels.size();
    }

    /** Closes all connections. */
    void leave() {
        closing = true;
        channels.close().awaitUninterruptibly(5000);
    }

    @Override
    public void close() {
        leave();
    }

    /** One connection. Confined to one event loop. */
    private final class Idler extends SimpleChannelInboundHandler<FullHttpResponse> {
        private final SplittableRandom random;
        private @Nullable Ask asked;

        Idler(SplittableRandom random) {
            this.random = random;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            channels.add(ctx.channel());
            ask(ctx);
            ctx.executor()
                    .schedule(() -> askOnceAMinute(ctx), random.nextInt(PERIOD_SECONDS * 1000), TimeUnit.MILLISECONDS);
        }

        private void askOnceAMinute(ChannelHandlerContext ctx) {
            if (ctx.channel().isActive() && !closing) {
                if (asked == null) {
                    ask(ctx);
                }
                ctx.executor().schedule(() -> askOnceAMinute(ctx), PERIOD_SECONDS, TimeUnit.SECONDS);
            }
        }

        private void ask(ChannelHandlerContext ctx) {
            Ask next = asking.make(Kind.IDLE, random);
            asked = next;
            var request = new DefaultFullHttpRequest(
                    HttpVersion.HTTP_1_1, HttpMethod.GET, next.target(), Unpooled.EMPTY_BUFFER);
            request.headers().set("Host", "soak.test").set(EchoBody.ID, next.id());
            ctx.writeAndFlush(request);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse response) {
            Ask ask = asked;
            asked = null;
            byte[] body = new byte[response.content().readableBytes()];
            response.content().readBytes(body);
            Map<String, String> fields = new HashMap<>();
            response.headers().forEach(field -> fields.put(field.getKey().toLowerCase(Locale.ROOT), field.getValue()));
            Reply reply = new Reply(response.status().code(), Map.copyOf(fields), body);
            if (ask == null) {
                tally.count(asking.make(Kind.IDLE, random), Verdict.WRONG, "not asked for: " + reply.describe());
            } else {
                tally.count(ask, Judge.of(ask, reply), reply.describe());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (!closing) {
                dropped.incrementAndGet();
                Ask ask = asked;
                if (ask != null) {
                    tally.count(ask, Verdict.UNANSWERED, "");
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
