package io.isochrone.proxy.downstream;

import io.isochrone.proxy.buffer.MemoryPressure;
import io.isochrone.proxy.exchange.AnswerWatches;
import io.isochrone.proxy.exchange.Dispatcher;
import io.isochrone.proxy.exchange.ExchangeContext;
import io.isochrone.proxy.exchange.UnderWay;
import io.isochrone.proxy.outcome.ProxyProtocolFault;
import io.isochrone.proxy.resilience.HedgeBudget;
import io.isochrone.proxy.resilience.RetryBudget;
import io.isochrone.proxy.runtime.EngineSettings;
import io.isochrone.proxy.runtime.ProxyOptions;
import io.isochrone.proxy.runtime.Transport;
import io.isochrone.proxy.upstream.UpstreamPool;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one event loop of a proxy holds: its client connections, its upstream connections, and the sweep that ends what has waited
 * too long. Waits are checked every {@value #SWEEP_MILLIS} ms instead of by a timer each, so that a request starts and cancels none.
 *
 * <p>Confined to one event loop but for {@link #isDraining}, which any thread sets.
 */
public final class LoopState {
    private static final Logger LOG = LoggerFactory.getLogger(LoopState.class);
    private static final int WARNING_SECONDS = 10;
    private static final double AGE_SPREAD = 0.2;
    private static final int SWEEP_MILLIS = 100;
    /** How many idle connections whose answer has not left are passed over for one that comes. */
    private static final int MOST_LOOKS = 16;

    private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(SWEEP_MILLIS);
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final EventLoop loop;
    private final ProxyOptions options;
    private final UpstreamPool upstreams;
    private final ExchangeContext context;
    private final AnswerWatches watches;
    private final AtomicInteger connectionCount;
    private final AtomicInteger handshakeCount;
    private final int loops;
    private final Set<ClientConnection> connections = new HashSet<>();
    private final IdleQueue idle = new IdleQueue();
    private volatile boolean draining;
    private long sweepDue;
    private boolean sweepFailed;
    /** The wall clock at the last sweep, and that moment in the loop's time. */
    private long epochMillis;

    private long epochNanos;
    private final Map<ProxyProtocolFault, Long> warnedNanos = new EnumMap<>(ProxyProtocolFault.class);
    private final SplittableRandom ages;
    private long dateSecond = -1;
    private String date = "";

    /**
     * @param connectionCount client connections of the whole proxy
     * @param handshakeCount TLS handshakes under way in the whole proxy
     * @param memory of the whole proxy
     * @param seed of the ages of upstream connections, another one for each loop
     */
    public LoopState(
            EventLoop loop,
            Transport transport,
            ProxyOptions options,
            AtomicInteger connectionCount,
            AtomicInteger handshakeCount,
            MemoryPressure memory,
            long seed) {
        this.loop = loop;
        this.options = options;
        this.ages = new SplittableRandom(seed);
        this.connectionCount = connectionCount;
        this.handshakeCount = handshakeCount;
        this.loops = transport.count();
        this.upstreams = new UpstreamPool(loop, transport, options.settings(), options.observer(), options.tls(), seed);
        this.watches = new AnswerWatches(this::beginLooking);
        RetryBudget retries = new RetryBudget();
        this.context = new ExchangeContext(
                options.settings(),
                upstreams,
                options.observer(),
                "1.1 " + Loops.PREFIX + options.nodeId(),
                "2 " + Loops.PREFIX + options.nodeId(),
                loop.ticker(),
                new UnderWay(),
                watches,
                retries,
                new HedgeBudget(retries),
                memory);
        long now = now();
        setEpoch(now);
        sweepDue = now + SWEEP_NANOS;
        loop.scheduleAtFixedRate(this::sweep, SWEEP_NANOS, SWEEP_NANOS, TimeUnit.NANOSECONDS);
    }

    private void beginLooking() {
        loop.scheduleAtFixedRate(this::look, AnswerWatches.LOOK_NANOS, AnswerWatches.LOOK_NANOS, TimeUnit.NANOSECONDS);
    }

    private void look() {
        try {
            watches.look(settings().hedging(), now());
        } catch (RuntimeException e) {
            sweepFailed(e);
        }
    }

    private void sweep() {
        long now = now();
        watches.sweep(now);
        setEpoch(now);
        options.observer().loopLag(Math.max(0, now - sweepDue));
        sweepDue += SWEEP_NANOS; // a missed sweep is caught up on at once, and tells how late it is itself
        context.memory()
                .measure(
                        MemoryPressure.heldBytes(),
                        MemoryPressure.bound(settings().limits().maxBufferedBytes()));
        try {
            upstreams.sweep(now);
            upstreams.warm(options.warm().get(), now);
        } catch (RuntimeException e) {
            sweepFailed(e);
        }
        for (ClientConnection connection : new ArrayList<>(connections)) {
            try {
                connection.sweep(now);
            } catch (RuntimeException e) {
                sweepFailed(e);
                connection.close();
            }
        }
    }

    /** A bug. It is not passed on: the loop would never sweep again, and nothing of it would ever time out. */
    private void sweepFailed(RuntimeException bug) {
        if (!sweepFailed) {
            sweepFailed = true;
            LOG.error("sweep failed by a bug", bug);
        }
    }

    void add(ClientConnection connection) {
        if (connections.add(connection)) {
            connectionCount.incrementAndGet();
            options.observer().connections(1);
        }
    }

    /** Puts another handler of the same client connection in the place of the first. */
    void replace(ClientConnection connection, ClientConnection by) {
        connections.remove(connection);
        connections.add(by);
    }

    void remove(ClientConnection connection) {
        if (connections.remove(connection)) {
            connectionCount.decrementAndGet();
            options.observer().connections(-1);
        }
    }

    /**
     * Whether no further exchange may begin: as many are under way as this loop's share of {@code limits.max-requests}, which is at least
     * one, or all buffers hold as much as they may.
     */
    boolean isFull() {
        if (context.memory().isFull()) {
            return true;
        }
        int count = context.underWay().count();
        return count > 0 && count >= settings().limits().maxRequests() / loops;
    }

    /** The connections that wait for their next request. */
    IdleQueue idle() {
        return idle;
    }

    /** Closes the connection that has waited longest for its next request; false when none waits. On the loop. */
    boolean closeOldestIdle() {
        for (int looks = 0; looks < MOST_LOOKS; looks++) {
            IdleQueue.Entry oldest = idle.takeOldest();
            if (oldest == null) {
                return false;
            }
            if (oldest.connection().makeRoom()) {
                remove(oldest.connection()); // its place is free at once
                options.observer().connectionDisplaced();
                return true;
            }
            idle.add(oldest); // its client still reads
        }
        return false;
    }

    /** Counts handshakes that begin and end. */
    void handshakes(int delta) {
        handshakeCount.addAndGet(delta);
    }

    /** How many handshakes are under way on all loops of the proxy; may be a moment old. */
    int handshakesInAll() {
        return handshakeCount.get();
    }

    /** Counts a connection without a good PROXY header; says so at most once in {@value #WARNING_SECONDS} s for each fault. On the loop. */
    void proxyProtocolFault(ProxyProtocolFault fault, InetSocketAddress from, String problem) {
        options.observer().proxyProtocolFault(fault);
        long now = now();
        Long warned = warnedNanos.get(fault);
        if (warned == null || now - warned >= TimeUnit.SECONDS.toNanos(WARNING_SECONDS)) {
            warnedNanos.put(fault, now);
            LOG.warn(
                    "connection closed for its PROXY header peer={} reason={} problem={}",
                    from,
                    fault.label(),
                    problem);
        }
    }

    /** From now on every response ends its HTTP/1 connection, and HTTP/2 connections take leave (GOAWAY). Any thread. */
    public void drain() {
        draining = true;
    }

    boolean isDraining() {
        return draining;
    }

    /** How many exchanges are under way. On the loop. */
    public int inFlight() {
        int count = 0;
        for (ClientConnection connection : connections) {
            count += connection.inFlight();
        }
        return count;
    }

    /** Closes every client connection that waits for a request. On the loop. */
    public void closeIdle() {
        for (ClientConnection connection : new ArrayList<>(connections)) {
            if (connection.isIdle()) {
                connection.close();
            }
        }
    }

    /** Closes everything. On the loop. */
    public void closeAll() {
        for (ClientConnection connection : new ArrayList<>(connections)) {
            connection.close();
        }
        upstreams.close();
    }

    /** How much of {@code timeouts.max-connection-age} a new connection may reach: ages differ, so that connections opened together do not end together. */
    double nextAgeShare() {
        return 1 - AGE_SPREAD + 2 * AGE_SPREAD * ages.nextDouble();
    }

    /** Whether a connection opened then has to end. */
    boolean isOver(long openedNanos, double ageShare, long nowNanos) {
        long age = settings().timeouts().maxConnectionAge().toNanos();
        return age > 0 && nowNanos - openedNanos > age * ageShare;
    }

    EngineSettings settings() {
        return options.settings().get();
    }

    Dispatcher dispatcher() {
        return options.dispatcher();
    }

    String nodeId() {
        return options.nodeId();
    }

    ExchangeContext context() {
        return context;
    }

    long now() {
        return loop.ticker().nanoTime();
    }

    /** The wall clock at a moment of the loop's time that is not long ago, in milliseconds since 1970. */
    long epochMillis(long nowNanos) {
        return epochMillis + TimeUnit.NANOSECONDS.toMillis(nowNanos - epochNanos);
    }

    private void setEpoch(long nowNanos) {
        epochMillis = System.currentTimeMillis();
        epochNanos = nowNanos;
    }

    /** The time for a Date field (RFC 9110 §5.6.7), made once a second. */
    String httpDate() {
        long second = epochMillis(now()) / 1000;
        if (second != dateSecond) {
            dateSecond = second;
            date = DATE.format(Instant.ofEpochSecond(second));
        }
        return date;
    }

    /** The loop itself. */
    public EventLoop loop() {
        return loop;
    }
}
