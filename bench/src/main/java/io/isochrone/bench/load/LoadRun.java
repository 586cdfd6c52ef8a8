package io.isochrone.bench.load;

import io.isochrone.proxy.runtime.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An open-loop run: requests are sent when they are due, whatever became of earlier ones, and latency counts from the time a request
 * was due. A closed loop would wait for a stalled server and so not see the stall (“coordinated omission”).
 *
 * <p>Idle connections are reused, youngest first, and closed after {@value #IDLE_SECONDS} s. Requests that find none of
 * {@code maxConnections} free wait in a line of at most {@value #MAX_BACKLOG}; beyond they fail as {@link LoadFailure#BACKLOG_FULL}.
 *
 * <p>Confined to one event loop; {@link #start}, {@link #stop} and {@link #done} are thread-safe.
 */
public final class LoadRun {
    static final int MAX_BACKLOG = 100_000;
    static final int IDLE_SECONDS = 20;
    private static final long TICK_MICROS = 500;
    private static final int CONNECT_MILLIS = 5000;

    private final LoadPlan plan;
    private final SampleSink sink;
    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final SplittableRandom random;
    private final ArrayDeque<Idle> idle = new ArrayDeque<>();
    private final ArrayDeque<LoadRequest> backlog = new ArrayDeque<>();
    private final ArrayDeque<LoadRequest> pending = new ArrayDeque<>();
    private final Set<Channel> channels = new HashSet<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final long total;
    private final byte[] body;
    private final byte[] postBody = new byte[LoadKind.POST_BYTES];
    private final @Nullable H2Streams streams;
    private @Nullable ScheduledFuture<?> ticking;
    private long startNanos;
    private long next;
    private int connecting;
    private boolean stopping;

    /** A connection without a request. Immutable. */
    private record Idle(Channel channel, long sinceNanos) {}

    private LoadRun(Transport transport, LoadPlan plan, SampleSink sink) {
        this.plan = plan;
        this.sink = sink;
        this.loop = transport.loops().next();
        this.random = new SplittableRandom(plan.seed());
        this.total = plan.requests();
        this.body = new byte[plan.bodyBytes()];
        this.streams = plan.kind().http2() ? new H2Streams(this, transport, loop, plan.target()) : null;
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(transport.socketChannel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .remoteAddress(new InetSocketAddress(
                        plan.target().host(), plan.target().port()))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new HttpClientCodec(8192, 65536, 65536), new LoadConnection(LoadRun.this));
                    }
                });
    }

    /** Starts sending at once. The sink is called on the run's loop. */
    public static LoadRun start(Transport transport, LoadPlan plan, SampleSink sink) {
        LoadRun run = new LoadRun(transport, plan, sink);
        run.loop.execute(run::begin);
        return run;
    }

    /** Completes when every request has ended; the sink is not called afterwards. */
    public CompletableFuture<Void> done() {
        return done;
    }

    /** Runs {@code task} on the run's loop, so that it may read what the sink writes. Completes when it ran. */
    public CompletableFuture<Void> onLoop(Runnable task) {
        return CompletableFuture.runAsync(task, loop);
    }

    /** Sends nothing more and ends at once; what is under way is not counted. */
    public void stop() {
        loop.execute(() -> {
            stopping = true;
            pending.forEach(request -> request.ended = true);
            pending.clear();
            backlog.clear();
            finish();
        });
    }

    private void begin() {
        startNanos = now();
        ticking = loop.scheduleAtFixedRate(this::tick, 0, TICK_MICROS, TimeUnit.MICROSECONDS);
    }

    private long now() {
        return loop.ticker().nanoTime();
    }

    private void tick() {
        long elapsed = now() - startNanos;
        while (!stopping && next < total && plan.dueNanos(next) <= elapsed) {
            LoadClients clients = plan.clients();
            int client = clients == null ? -1 : clients.pick(random);
            double posts = plan.kind().posts();
            boolean post = posts >= 1 || posts > 0 && random.nextDouble() < posts;
            send(new LoadRequest(next, plan.dueNanos(next), client, post));
            next++;
        }
        expire(elapsed);
        closeIdle();
        if (next >= total && pending.isEmpty()) {
            finish();
        }
    }

    private void send(LoadRequest request) {
        if (backlog.size() >= MAX_BACKLOG) {
            ended(request, LoadFailure.BACKLOG_FULL);
            return;
        }
        pending.add(request);
        if (streams != null) {
            streams.send(request);
            return;
        }
        for (Idle free = idle.pollLast(); free != null; free = idle.pollLast()) {
            if (free.channel.isActive()) {
                write(free.channel, request);
                return;
            }
        }
        backlog.add(request);
        if (channels.size() + connecting < plan.maxConnections() && connecting < backlog.size()) {
            connect();
        }
    }

    private void connect() {
        connecting++;
        bootstrap.connect().addListener((ChannelFuture opened) -> {
            connecting--;
            if (opened.isSuccess()) {
                channels.add(opened.channel());
                idle(opened.channel());
                return;
            }
            LoadRequest first = nextWaiting();
            if (first != null) {
                boolean refused = opened.cause() instanceof ConnectException;
                ended(first, refused ? LoadFailure.CONNECT_REFUSED : LoadFailure.CONNECT_FAILED);
            }
        });
    }

    private @Nullable LoadRequest nextWaiting() {
        LoadRequest first = backlog.poll();
        while (first != null && first.ended) {
            first = backlog.poll();
        }
        return first;
    }

    /** Sends a request on a connection or stream that carries nothing else. */
    void write(Channel channel, LoadRequest request) {
        request.channel = channel;
        LoadConnection connection = channel.pipeline().get(LoadConnection.class);
        connection.carry(request);
        byte[] content = request.post ? postBody : body;
        DefaultFullHttpRequest message = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                request.post ? HttpMethod.POST : HttpMethod.valueOf(plan.method()),
                plan.path(),
                content.length == 0 ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(content));
        message.headers().set(HttpHeaderNames.HOST, plan.host());
        LoadClients clients = plan.clients();
        if (clients != null) {
            message.headers()
                    .set("X-Forwarded-For", clients.all().get(request.client).address());
        }
        if (content.length > 0) {
            message.headers().set(HttpHeaderNames.CONTENT_LENGTH, content.length);
        }
        String ids = plan.kind().ids();
        if (ids != null) {
            message.headers().set("X-Req-Id", ids + "-" + request.index);
            if (request.post && plan.kind().keyed()) {
                message.headers().set("Idempotency-Key", ids + "-" + request.index);
            }
        }
        channel.writeAndFlush(message, channel.voidPromise());
    }

    /** A connection may carry a request again. */
    void idle(Channel channel) {
        if (streams != null) {
            channel.close();
            return;
        }
        LoadRequest waiting = nextWaiting();
        if (stopping) {
            channel.close();
        } else if (waiting != null) {
            write(channel, waiting);
        } else {
            idle.addLast(new Idle(channel, now()));
        }
    }

    /** A connection is gone; one that others wait for is replaced. */
    void closed(Channel channel) {
        if (streams != null) {
            return;
        }
        channels.remove(channel);
        if (!stopping && connecting < backlog.size() && channels.size() + connecting < plan.maxConnections()) {
            connect();
        }
    }

    /** A request ended. Only its first end counts. */
    void ended(LoadRequest request, @Nullable LoadFailure failure) {
        if (request.ended) {
            return;
        }
        request.ended = true;
        long latency = now() - startNanos - request.dueNanos;
        sink.accept(new Sample(request.dueNanos, latency, request.status, request.region, request.client, failure));
    }

    /** Requests wait in the order of their due times, so only the oldest can be late. */
    private void expire(long elapsed) {
        long limit = plan.timeout().toNanos();
        for (LoadRequest oldest = pending.peek(); oldest != null; oldest = pending.peek()) {
            if (!oldest.ended && elapsed - oldest.dueNanos < limit) {
                return;
            }
            pending.poll();
            if (!oldest.ended) {
                ended(oldest, LoadFailure.TIMEOUT);
                Channel channel = oldest.channel;
                if (channel != null) {
                    ChannelHandlerContext ctx = channel.pipeline().context(LoadConnection.class);
                    if (ctx != null) {
                        ctx.close();
                    }
                }
            }
        }
    }

    private void closeIdle() {
        long limit = TimeUnit.SECONDS.toNanos(IDLE_SECONDS);
        for (Idle oldest = idle.peekFirst();
                oldest != null && now() - oldest.sinceNanos > limit;
                oldest = idle.peekFirst()) {
            idle.pollFirst();
            oldest.channel.close();
        }
    }

    private void finish() {
        ScheduledFuture<?> current = ticking;
        if (current != null) {
            current.cancel(false);
        }
        stopping = true;
        List<Channel> open = new ArrayList<>(channels);
        open.forEach(Channel::close);
        if (streams != null) {
            streams.close();
        }
        done.complete(null);
    }
}
