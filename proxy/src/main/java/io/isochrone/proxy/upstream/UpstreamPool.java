package io.isochrone.proxy.upstream;

import io.isochrone.config.model.Limits;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.exchange.ExchangeObserver;
import io.isochrone.proxy.exchange.UpstreamListener;
import io.isochrone.proxy.exchange.UpstreamSource;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.runtime.EngineSettings;
import io.isochrone.proxy.runtime.Transport;
import io.isochrone.proxy.tls.ClientTls;
import io.isochrone.proxy.tls.NodeTls;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The upstream connections of one event loop. Idle ones are closed here, before the other side does it (the race of RFC 9112 §9.5): connections of
 * an endpoint that is no longer usable go at once, and those of one that the configuration no longer has or that is no longer at their address; the others when {@link IdleRule} says so, which is asked again when one is taken.
 *
 * <p>Bounds: those of {@link H1Lane} and {@link H2Lane} for each endpoint; connections in use are bounded by client connections, each of which has one exchange, or two while
 * it is hedged.
 *
 * <p>Confined to one event loop.
 */
public final class UpstreamPool implements UpstreamSource {
    private static final int WARNING_SECONDS = 10;
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamPool.class);

    private final EventLoop loop;
    private final Supplier<EngineSettings> settings;
    private final ExchangeObserver observer;
    private final NodeTls tls;
    private final long seed;
    private final Bootstrap bootstrap;
    private final boolean epoll;
    private final Map<Endpoint, H1Lane> ones = new HashMap<>();
    private final H2Lanes lanes = new H2Lanes(this);
    private final Set<Channel> open = new java.util.HashSet<>();
    private long opened;
    private long warnedNanos;

    /**
     * @param tls for endpoints that are spoken to by TLS
     * @param seed decides the ages at which connections end; pools with different ones end theirs at different times
     */
    public UpstreamPool(
            EventLoop loop,
            Transport transport,
            Supplier<EngineSettings> settings,
            ExchangeObserver observer,
            NodeTls tls,
            long seed) {
        this.loop = loop;
        this.tls = tls;
        this.settings = settings;
        this.observer = observer;
        this.seed = seed;
        this.epoll = transport.isEpoll();
        this.bootstrap = Dial.bootstrap(loop, transport.socketChannel())
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.TCP_NODELAY, true);
    }

    @Override
    public void acquire(Endpoint endpoint, UpstreamListener listener, boolean fresh, boolean oneOnly) {
        assert loop.inEventLoop();
        if (endpoint.protocol().isTwo() && !oneOnly) {
            lanes.lane(endpoint).acquire(listener);
            return;
        }
        lane(endpoint).acquire(listener, fresh);
    }

    private H1Lane lane(Endpoint endpoint) {
        H1Lane lane = ones.get(endpoint);
        if (lane == null) {
            lane = new H1Lane(this, endpoint, this::connect);
            ones.put(endpoint, lane);
        }
        return lane;
    }

    /** Who opens connections. */
    interface Connector {
        /** Connects; {@code arrival} hears of it once, perhaps before this returns. */
        void connect(Endpoint endpoint, boolean http2, Arrival arrival);
    }

    /** What becomes of a connect. */
    interface Arrival {
        /** The connection is there, with {@code by} for its TLS if it has TLS; {@link Dial#replace} puts the first handler there. */
        void arrived(Channel channel, @Nullable ClientTls by);

        /** There is none. */
        void failed(Failure failure);
    }

    /** Connects; {@code arrival} hears of it, perhaps before this returns. */
    void connect(Endpoint endpoint, boolean http2, Arrival arrival) {
        EngineSettings now = settings.get();
        int high = now.limits().bufferBytes();
        Bootstrap dialing = bootstrap
                .clone()
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(high / 2, high));
        if (epoll) { // NIO has no such option: there the exchange's own waits end what hangs
            dialing.option(EpollChannelOption.TCP_USER_TIMEOUT, now.timeouts().unacknowledgedMillis());
        }
        int timeout = (int) now.timeouts().connect().toMillis();
        Dial.begin(dialing, loop, endpoint.addresses(), timeout, new Dial.Arrival() {
            @Override
            public void connected(Channel channel) {
                UpstreamPool.this.connected(channel, endpoint, http2, arrival);
            }

            @Override
            public void failed(Throwable cause) {
                arrival.failed(failureOf(cause));
            }
        });
    }

    private void connected(Channel channel, Endpoint endpoint, boolean http2, Arrival arrival) {
        open.add(channel);
        observer.upstreamConnections(endpoint, 1);
        channel.closeFuture().addListener(closed -> {
            open.remove(channel);
            observer.upstreamConnections(endpoint, -1);
        });
        if (endpoint.isTls()) {
            secure(channel, endpoint, http2, arrival);
        } else {
            arrival.arrived(channel, null);
        }
    }

    /** Shakes hands before anything else is sent. */
    private void secure(Channel channel, Endpoint endpoint, boolean http2, Arrival arrival) {
        ClientTls by = tls.client();
        if (by == null) { // the node is ending
            channel.close();
            arrival.failed(Failure.CONNECT_LOCAL);
            return;
        }
        SslHandler handler = by.handler(channel.alloc(), endpoint.address(), http2);
        handler.handshakeFuture().addListener(done -> {
            boolean agreed = !http2 || ApplicationProtocolNames.HTTP_2.equals(handler.applicationProtocol());
            if (done.isSuccess() && agreed) {
                arrival.arrived(channel, by);
                return;
            }
            endpoint.addresses().doubt(channel.remoteAddress()); // perhaps somebody else lives there by now
            channel.close();
            Throwable cause = done.isSuccess() ? new SSLException("the upstream does not speak HTTP/2") : done.cause();
            boolean late = cause instanceof SslHandshakeTimeoutException;
            if (!late) {
                warn(endpoint, cause);
            }
            arrival.failed(late ? Failure.CONNECT_TIMEOUT : Failure.TLS_FAILED);
        });
        channel.pipeline().addFirst(handler);
    }

    long nextMaxAgeNanos() {
        return IdleRule.maxAgeNanos(seed, opened++);
    }

    /** Says why TLS does not work, at most once in {@value #WARNING_SECONDS} s. */
    void warn(Endpoint endpoint, Throwable cause) {
        long now = now();
        if (warnedNanos == 0 || now - warnedNanos > TimeUnit.SECONDS.toNanos(WARNING_SECONDS)) {
            warnedNanos = now;
            Throwable root = cause;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            LOG.warn("TLS to upstream failed endpoint={} cause={}", endpoint.id(), root.toString());
        }
    }

    /** Tells a remote refusal from our own want of ports or file descriptors, which says nothing about the endpoint. */
    public static Failure failureOf(Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return Failure.CONNECT_TIMEOUT;
        }
        if (cause instanceof UnknownHostException) {
            return Failure.NO_ADDRESS;
        }
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof BindException
                || message.contains("assign requested")
                || message.contains("Too many open")) {
            return Failure.CONNECT_LOCAL;
        }
        if (cause instanceof ConnectException
                || cause instanceof NoRouteToHostException
                || cause instanceof IOException) {
            return Failure.CONNECT_REFUSED;
        }
        LOG.warn("connect failed unexpectedly cause={}", cause.toString());
        return Failure.CONNECT_LOCAL;
    }

    /** Runs a task in a later turn of the loop. */
    void later(Runnable task) {
        loop.execute(task);
    }

    /** How long it may take until a connection to the endpoint takes streams. */
    long openTimeoutNanos(Endpoint endpoint) {
        ClientTls by = endpoint.isTls() ? tls.client() : null;
        return 2 * connectTimeoutNanos() + (by == null ? 0 : by.handshakeTimeoutNanos());
    }

    ExchangeObserver observer() {
        return observer;
    }

    long streamIdleNanos() {
        return settings.get().timeouts().streamIdle().toNanos();
    }

    @Nullable
    ClientTls clientTls() {
        return tls.client();
    }

    long connectTimeoutNanos() {
        return settings.get().timeouts().connect().toNanos();
    }

    void caught(Endpoint endpoint, Throwable cause) {
        if (cause instanceof IOException) {
            // A dying region closes all its connections at once: no text is made that nobody reads.
            if (LOG.isDebugEnabled()) {
                LOG.debug("upstream connection failed endpoint={} cause={}", endpoint.id(), cause.toString());
            }
        } else {
            LOG.error("upstream connection closed by a bug endpoint={}", endpoint.id(), cause);
        }
    }

    /** Keeps a connection open to each of these that is spoken to in HTTP/2, so that the first request there waits for no handshake. */
    public void warm(Iterable<Endpoint> endpoints, long nowNanos) {
        lanes.warm(endpoints, nowNanos);
    }

    /** Closes idle connections that have grown old or whose endpoint may not be used. Called a few times a second. */
    public void sweep(long nowNanos) {
        // A copy: an attempt that is told that it waits in vain goes on to an endpoint that may be new here.
        for (H1Lane lane : new ArrayList<>(ones.values())) {
            lane.sweep(nowNanos, connectTimeoutNanos());
        }
        ones.values().removeIf(H1Lane::isForgettable);
        lanes.sweep(nowNanos, settings.get().timeouts().upstreamIdle().toNanos());
    }

    boolean isOver(UpstreamConnection connection, long nowNanos) {
        if (connection.endpoint().isTls() && connection.securedBy() != tls.client()) {
            return true; // authorities or our certificate are others by now
        }
        if (!connection.isAtHome()) {
            return true;
        }
        Duration configured = settings.get().timeouts().upstreamIdle();
        return IdleRule.isOver(
                nowNanos - connection.idleSinceNanos(),
                IdleRule.idleLimitNanos(configured, connection.keepAliveSeconds()),
                nowNanos - connection.openedNanos(),
                connection.maxAgeNanos());
    }

    /** Closes every connection, in use or not. */
    public void close() {
        for (Channel channel : new ArrayList<>(open)) {
            channel.close();
        }
        ones.values().forEach(H1Lane::clear);
        lanes.close();
    }

    long now() {
        return loop.ticker().nanoTime();
    }

    Limits limits() {
        return settings.get().limits();
    }
}
