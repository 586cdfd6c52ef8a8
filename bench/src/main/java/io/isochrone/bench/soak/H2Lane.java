package io.isochrone.bench.soak;

import io.isochrone.bench.fault.EchoBody;
import io.isochrone.proxy.runtime.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One busy client of HTTP/2 in cleartext with prior knowledge (RFC 9113 §3.3): several requests at once on one connection, each answer checked.
 *
 * <p>Confined to one event loop but for {@link #start} and {@link #stop}.
 */
final class H2Lane {
    private static final int HANG_SECONDS = 30;
    private static final int MOST_STREAMS = 8;
    private static final Kind[] KINDS = {Kind.H2_GET, Kind.H2_GET, Kind.H2_GET, Kind.H2_POST, Kind.H2_LEAVE};

    private final Transport transport;
    private final EventLoop loop;
    private final int port;
    private final double pauseNanos;
    private final Asking asking;
    private final SoakTally tally;
    private final SplittableRandom random;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private @Nullable Channel connection;
    private boolean connecting;
    private boolean stopped;
    private int open;

    /** @param pauseNanos between two requests, on average */
    H2Lane(Transport transport, int port, double pauseNanos, Asking asking, SoakTally tally, long seed) {
        this.transport = transport;
        this.loop = transport.loops().next();
        this.port = port;
        this.pauseNanos = pauseNanos;
        this.asking = asking;
        this.tally = tally;
        this.random = new SplittableRandom(seed);
    }

    /** Begins to ask. */
    void start() {
        loop.execute(this::later);
    }

    /** Asks no more; completes when what was asked is answered and the connection is closed. */
    CompletableFuture<Void> stop() {
        loop.execute(() -> {
            stopped = true;
            endIfDone();
        });
        return ended;
    }

    private void endIfDone() {
        if (stopped && open == 0 && !connecting) {
            if (connection != null) {
                connection.close();
            }
            ended.complete(null);
        }
    }

    private void later() {
        loop.schedule(this::ask, (long) (random.nextDouble() * 2 * pauseNanos), TimeUnit.NANOSECONDS);
    }

    private void ask() {
        if (stopped) {
            return;
        }
        later();
        Channel to = connection;
        if (to == null && !connecting) {
            connect();
        } else if (to != null && open < MOST_STREAMS) {
            send(to, asking.make(KINDS[random.nextInt(KINDS.length)], random));
        }
    }

    private void connect() {
        connecting = true;
        new Bootstrap()
                .group(loop)
                .channel(transport.socketChannel())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        Http2FrameCodecBuilder.forClient().build(),
                                        new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()),
                                        new Connection());
                    }
                })
                .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .addListener((ChannelFuture done) -> {
                    connecting = false;
                    connection = done.isSuccess() ? done.channel() : null;
                    endIfDone();
                });
    }

    private void send(Channel to, Ask ask) {
        open++;
        Answer answer = new Answer(ask);
        new Http2StreamChannelBootstrap(to).handler(answer).open().addListener((Future<Http2StreamChannel> done) -> {
            if (!done.isSuccess()) {
                answer.end(null, Verdict.UNANSWERED, String.valueOf(done.cause()));
                return;
            }
            Http2Headers head = new DefaultHttp2Headers()
                    .method(ask.method())
                    .path(ask.target())
                    .scheme("http")
                    .authority("soak.test")
                    .add(EchoBody.ID.toLowerCase(Locale.ROOT), ask.id());
            Http2StreamChannel stream = done.getNow();
            stream.write(new DefaultHttp2HeadersFrame(head, ask.bodyBytes() == 0));
            if (ask.bodyBytes() > 0) {
                stream.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(ask.body()), true));
            }
            stream.flush();
        });
    }

    /** The connection: forgotten when it ends or takes leave. Confined to one event loop. */
    private final class Connection extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2GoAwayFrame && connection == ctx.channel()) {
                connection = null;
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (connection == ctx.channel()) {
                connection = null;
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    /** One stream. Confined to one event loop. */
    private final class Answer extends ChannelInboundHandlerAdapter {
        private final Ask ask;
        private final ScheduledFuture<?> hang;
        private final Map<String, String> fields = new HashMap<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private int status;
        private boolean done;

        Answer(Ask ask) {
            this.ask = ask;
            this.hang = loop.schedule(() -> end(null, Verdict.HUNG, "no end"), HANG_SECONDS, TimeUnit.SECONDS);
        }

        void end(@Nullable ChannelHandlerContext ctx, Verdict verdict, String what) {
            if (done) {
                return;
            }
            done = true;
            hang.cancel(false);
            tally.count(ask, verdict, what);
            open--;
            if (ctx != null) {
                ctx.close();
            }
            endIfDone();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            boolean last = false;
            if (message instanceof Http2HeadersFrame head) {
                head.headers()
                        .forEach(field -> fields.put(
                                field.getKey().toString(), field.getValue().toString()));
                status = Integer.parseInt(fields.getOrDefault(":status", "0"));
                last = head.isEndStream();
            } else if (message instanceof Http2DataFrame data) {
                ByteBuf bytes = data.content();
                byte[] copy = new byte[bytes.readableBytes()];
                bytes.readBytes(copy);
                body.writeBytes(copy);
                last = data.isEndStream();
            }
            ReferenceCountUtil.release(message);
            if (last) {
                Reply reply = new Reply(status, Map.copyOf(fields), body.toByteArray());
                end(ctx, Judge.of(ask, reply), reply.describe());
            } else if (ask.kind().leaves() && !done && body.size() > 1000) {
                ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
                end(ctx, Verdict.LEFT, "");
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof Http2ResetFrame) {
                end(ctx, status == 0 ? Verdict.UNANSWERED : Verdict.CUT, "");
            }
            ReferenceCountUtil.release(event);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            end(ctx, status == 0 ? Verdict.UNANSWERED : Verdict.CUT, "");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            end(ctx, status == 0 ? Verdict.UNANSWERED : Verdict.CUT, String.valueOf(cause));
        }
    }
}
