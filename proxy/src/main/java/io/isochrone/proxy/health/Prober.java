package io.isochrone.proxy.health;

import io.isochrone.config.model.Probing;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.resilience.Patience;
import io.isochrone.proxy.runtime.Transport;
import io.isochrone.proxy.tls.ClientTls;
import io.isochrone.proxy.tls.NodeTls;
import io.isochrone.proxy.upstream.Dial;
import io.isochrone.proxy.upstream.UpstreamPool;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks one node for its status again and again, over a connection of its own each time, apart from the pools that carry traffic.
 * Intervals vary by a fifth either way so that many nodes are not asked at once.
 *
 * <p>Confined to the event loop that it was given; {@link #stop} may be called from anywhere.
 */
public final class Prober {
    /** Hears round trips. Called on the prober's loop. */
    public interface RoundTrips {
        /** From the request being written to the first byte of the answer. */
        void measured(long nanos);
    }

    private final Endpoint endpoint;
    private final NodeTls tls;
    private final NodeHealth health;
    private final Probing probing;
    private final RoundTrips roundTrips;
    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final Random random;
    private final ByteBuf request;
    private final Patience patience = new Patience();

    private volatile boolean stopped;

    /**
     * @param tls for an endpoint that is spoken to by TLS
     * @param seed of the jitter
     */
    public Prober(
            Endpoint endpoint,
            NodeHealth health,
            Probing probing,
            String path,
            RoundTrips roundTrips,
            Transport transport,
            NodeTls tls,
            long seed) {
        this.endpoint = endpoint;
        this.tls = tls;
        this.health = health;
        this.probing = probing;
        this.roundTrips = roundTrips;
        this.loop = transport.loops().next();
        this.random = new Random(seed);
        this.request = Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(
                "GET " + path + " HTTP/1.1\r\nHost: " + endpoint.id() + "\r\nConnection: close\r\n\r\n",
                StandardCharsets.US_ASCII));
        this.bootstrap = Dial.bootstrap(loop, transport.socketChannel()).option(ChannelOption.TCP_NODELAY, true);
    }

    private void connected(Channel channel, Answer answer) {
        ClientTls client = endpoint.isTls() ? tls.client() : null;
        Dial.replace(channel, answer);
        if (client != null) {
            channel.pipeline().addFirst(client.handler(channel.alloc(), endpoint.address(), false));
        } else if (!endpoint.isTls()) {
            answer.ask(channel);
        }
    }

    /** Probes now, then at every interval. */
    public void start() {
        loop.execute(this::probe);
    }

    /** No further probe is sent. */
    public void stop() {
        stopped = true;
    }

    private void probe() {
        if (!stopped) {
            ask(probing.timeout().toNanos(), true);
        }
    }

    /**
     * Asks at once, apart from the regular probes, because the node is silent: no answer within what its probes usually take, and
     * some ({@link Patience}), means that it hangs. Any thread.
     */
    public void check() {
        loop.execute(() -> {
            if (!stopped) {
                ask(Math.min(patience.boundNanos(), probing.timeout().toNanos()), false);
            }
        });
    }

    /** Runs {@code task} where round trips are told. Any thread. */
    public void later(Runnable task) {
        loop.execute(task);
    }

    private void ask(long timeoutNanos, boolean regular) {
        Answer answer = new Answer(loop.ticker().nanoTime(), timeoutNanos, regular);
        answer.startTimeout();
        int timeout = (int) probing.timeout().toMillis();
        answer.dial = Dial.begin(bootstrap, loop, endpoint.addresses(), timeout, new Dial.Arrival() {
            @Override
            public void connected(Channel channel) {
                answer.channel = channel;
                Prober.this.connected(channel, answer);
            }

            @Override
            public void failed(Throwable cause) {
                Failure failure = UpstreamPool.failureOf(cause);
                boolean refused = failure == Failure.CONNECT_REFUSED || failure == Failure.NO_ADDRESS;
                answer.end(
                        refused ? NodeState.Event.PROBE_REFUSED : NodeState.Event.PROBE_FAILED,
                        "probe: " + reason(cause));
            }
        });
    }

    private static String reason(Throwable cause) {
        return cause.getClass()
                .getSimpleName()
                .replaceAll("Annotated|Exception", "")
                .toLowerCase(Locale.ROOT);
    }

    private void ended(Answer answer, NodeState.Event event, String reason) {
        if (stopped) {
            return;
        }
        long now = loop.ticker().nanoTime();
        if (answer.roundTrip >= 0) {
            patience.answered(answer.roundTrip);
            roundTrips.measured(answer.roundTrip);
        }
        health.probed(event, reason, answer.beganNanos, now);
        if (answer.regular) {
            long interval = probing.interval().toNanos();
            long jittered = interval - interval / 5 + (long) (random.nextDouble() * interval * 2 / 5);
            loop.schedule(this::probe, jittered, TimeUnit.NANOSECONDS);
        }
    }

    /** Reads one answer's head, at most 4 KiB of it. */
    private final class Answer extends SimpleChannelInboundHandler<ByteBuf> {
        private final StringBuilder head = new StringBuilder();
        private final long beganNanos;
        private final long timeoutNanos;
        /** Whether the next probe follows it. */
        private final boolean regular;

        private @Nullable ScheduledFuture<?> timeout;
        private @Nullable Dial dial;
        private @Nullable Channel channel;
        private long sentNanos;
        private boolean done;
        private long roundTrip = -1;

        Answer(long beganNanos, long timeoutNanos, boolean regular) {
            this.beganNanos = beganNanos;
            this.timeoutNanos = timeoutNanos;
            this.regular = regular;
        }

        /** The time for everything, from the connect to the answer. */
        void startTimeout() {
            timeout = loop.schedule(
                    () -> {
                        end(NodeState.Event.PROBE_FAILED, "probe: timeout");
                        Channel connected = channel;
                        if (connected != null) {
                            connected.close();
                        } else if (dial != null) {
                            dial.cancel();
                        }
                    },
                    timeoutNanos,
                    TimeUnit.NANOSECONDS);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                if (handshake.isSuccess()) {
                    ask(ctx.channel());
                } else {
                    finish(ctx, NodeState.Event.PROBE_FAILED, "probe: tls: " + reason(handshake.cause()));
                }
            }
        }

        private void ask(Channel to) {
            sentNanos = loop.ticker().nanoTime();
            to.writeAndFlush(request.duplicate());
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
            if (roundTrip < 0) {
                roundTrip = loop.ticker().nanoTime() - sentNanos;
            }
            head.append(bytes.toString(StandardCharsets.ISO_8859_1));
            if (head.indexOf("\r\n\r\n") >= 0 || head.length() > 4096) {
                judge(ctx);
            }
        }

        private void judge(ChannelHandlerContext ctx) {
            String text = head.toString().toLowerCase(Locale.ROOT);
            if (text.startsWith("http/1.1 200 ")) {
                finish(ctx, NodeState.Event.PROBE_GOOD, "probe: 200");
            } else if (text.startsWith("http/1.1 503 ") && text.contains("\r\nisochrone-draining: true\r\n")) {
                finish(ctx, NodeState.Event.PROBE_DRAINING, "draining");
            } else {
                finish(ctx, NodeState.Event.PROBE_FAILED, "probe: answered otherwise than 200");
            }
        }

        private void finish(ChannelHandlerContext ctx, NodeState.Event event, String reason) {
            end(event, reason);
            ctx.close();
        }

        void end(NodeState.Event event, String reason) {
            if (!done) {
                done = true;
                if (timeout != null) {
                    timeout.cancel(false);
                }
                ended(this, event, reason);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            finish(ctx, NodeState.Event.PROBE_FAILED, "probe: closed");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            finish(ctx, NodeState.Event.PROBE_FAILED, "probe: " + reason(cause));
        }
    }
}
