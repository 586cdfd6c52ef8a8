package io.isochrone.bench.world;

import io.isochrone.proxy.runtime.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Clients that begin all at once and ask, GET and POST alternately, {@value #GAP_MILLIS} to {@value #LAST_GAP_MILLIS} ms after their
 * last answer, so that the connections behind the proxy are idle for about that long. A client connection that ends, ends the run.
 *
 * <p>Confined to one event loop but for {@link #run}.
 */
final class Lanes implements AutoCloseable {
    static final int GAP_MILLIS = 195;
    static final int LAST_GAP_MILLIS = 205;

    /** One request and its answer. Immutable. */
    record Answer(String method, String id, int status, String body) {}

    private final Transport transport = Transport.start("lanes", 1);
    private final EventLoop loop = transport.loops().next();
    private final Random random = new Random(42);
    private final List<Lane> lanes = new ArrayList<>();
    private List<Answer> answers = new ArrayList<>();
    private CompletableFuture<List<Answer>> done = new CompletableFuture<>();
    private int wanted;
    private int rounds;

    /** Opens connections to a port of loopback. */
    Lanes(int port, int count) throws InterruptedException {
        for (int number = 0; number < count; number++) {
            Lane lane = new Lane(number);
            lanes.add(lane);
            lane.channel = new Bootstrap()
                    .group(loop)
                    .channel(transport.socketChannel())
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline()
                                    .addLast(new HttpClientCodec(), new HttpObjectAggregator(64 * 1024), lane);
                        }
                    })
                    .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .sync()
                    .channel();
        }
    }

    /** Asks {@code count} times on every lane and returns these answers; may be called again when it has returned. */
    List<Answer> run(int count) throws Exception {
        CompletableFuture<List<Answer>> all = new CompletableFuture<>();
        loop.execute(() -> {
            done = all;
            answers = new ArrayList<>();
            wanted = count * lanes.size();
            rounds += count;
            lanes.forEach(Lane::ask);
        });
        return all.get(100, TimeUnit.SECONDS);
    }

    private void answered(Lane lane, Answer answer) {
        answers.add(answer);
        if (answers.size() == wanted) {
            done.complete(answers);
        } else if (lane.turn < rounds) {
            int gap = GAP_MILLIS + random.nextInt(LAST_GAP_MILLIS - GAP_MILLIS + 1);
            loop.schedule(lane::ask, gap, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() {
        done.cancel(false);
        transport.close();
    }

    /** One connection with one request at a time. Confined to one event loop. */
    private final class Lane extends SimpleChannelInboundHandler<FullHttpResponse> {
        private final int number;
        private Channel channel;
        private String method = "";
        private String id = "";
        private int turn;

        Lane(int number) {
            this.number = number;
        }

        void ask() {
            boolean post = (number + turn) % 2 == 0;
            method = post ? "POST" : "GET";
            id = number + "-" + turn;
            turn++;
            var request = new DefaultFullHttpRequest(
                    HttpVersion.HTTP_1_1,
                    HttpMethod.valueOf(method),
                    "/who",
                    post ? Unpooled.copiedBuffer("order", StandardCharsets.US_ASCII) : Unpooled.EMPTY_BUFFER);
            request.headers().set("Host", "lanes.test").set("X-Req-Id", id);
            if (post) {
                request.headers().set("Content-Length", 5);
            }
            channel.writeAndFlush(request);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse response) {
            String body = response.content().toString(StandardCharsets.UTF_8);
            answered(Lane.this, new Answer(method, id, response.status().code(), body));
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            done.completeExceptionally(new AssertionError("connection ended at " + method + " " + id));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            done.completeExceptionally(cause);
        }
    }
}
