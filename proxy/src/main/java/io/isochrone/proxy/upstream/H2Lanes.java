package io.isochrone.proxy.upstream;

import static io.netty.handler.codec.http2.Http2HeadersEncoder.NEVER_SENSITIVE;

import io.isochrone.config.model.Limits;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.codec.StrictFrameReader;
import io.isochrone.proxy.exchange.UpstreamListener;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.tls.ClientTls;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP/2 connections of one event loop: to each endpoint as few as its streams need. A stream goes to the first connection that has
 * room, so that further ones fall idle and are closed.
 *
 * <p>Bounds: {@value #MAX_CONNECTIONS} connections to an endpoint, one connect to it at a time, {@value #MAX_WAITING} attempts that wait
 * for it; beyond, an attempt fails at once with {@link Failure#NO_STREAM} and may go elsewhere.
 *
 * <p>Confined to one event loop.
 */
final class H2Lanes {
    static final int MAX_CONNECTIONS = 8;
    static final int MAX_WAITING = 1024;
    private static final int MAX_SMALL_CONTINUATIONS = 16;
    private static final float WINDOW_UPDATE_RATIO = 0.5f;
    private static final long RETRY_NANOS = 1_000_000_000L;

    /** What there is of one endpoint. */
    private static final class Lane {
        final List<H2UpstreamConnection> connections = new ArrayList<>();
        final ArrayDeque<UpstreamListener> waiting = new ArrayDeque<>();
        boolean connecting;
        boolean failedBefore;
        long failedNanos;
        /** Streams refused since one was answered. */
        int refusals;

        void failed(long nowNanos) {
            failedBefore = true;
            failedNanos = nowNanos;
        }
    }

    private final UpstreamPool pool;
    private final Map<Endpoint, Lane> lanes = new HashMap<>();
    private final Set<Endpoint> warm = new HashSet<>();

    H2Lanes(UpstreamPool pool) {
        this.pool = pool;
    }

    void acquire(Endpoint endpoint, UpstreamListener listener) {
        Lane lane = lanes.computeIfAbsent(endpoint, e -> new Lane());
        H2UpstreamConnection free = free(lane);
        if (free != null) {
            listener.connected(free.stream(listener));
        } else if (lane.waiting.size() >= MAX_WAITING
                || !lane.connecting && lane.connections.size() >= MAX_CONNECTIONS && !isUnsettled(lane)) {
            listener.connectFailed(Failure.NO_STREAM);
        } else {
            lane.waiting.add(listener);
            if (!isUnsettled(lane)) {
                connect(endpoint, lane);
            }
        }
    }

    private static boolean isUnsettled(Lane lane) {
        for (int i = 0; i < lane.connections.size(); i++) {
            if (lane.connections.get(i).isUnsettled()) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable H2UpstreamConnection free(Lane lane) {
        for (int i = 0; i < lane.connections.size(); i++) {
            H2UpstreamConnection connection = lane.connections.get(i);
            if (connection.hasRoom()) {
                return connection;
            }
        }
        return null;
    }

    private void connect(Endpoint endpoint, Lane lane) {
        if (lane.connecting) {
            return;
        }
        lane.connecting = true;
        pool.connect(endpoint, true, new UpstreamPool.Arrival() {
            @Override
            public void arrived(Channel channel, @Nullable ClientTls by) {
                lane.connecting = false;
                H2UpstreamConnection connection = build(endpoint, channel, by);
                lane.connections.add(connection);
                channel.pipeline().replace(Connecting.INSTANCE, null, connection);
            }

            @Override
            public void failed(Failure failure) {
                lane.connecting = false;
                lane.failed(pool.now());
                failAll(lane, failure);
            }
        });
    }

    /** Gives those who wait a stream each; for those who are left over another connection is opened. */
    private void serve(Endpoint endpoint, Lane lane) {
        for (H2UpstreamConnection free = free(lane); free != null && !lane.waiting.isEmpty(); free = free(lane)) {
            UpstreamListener next = lane.waiting.poll();
            next.connected(free.stream(next));
        }
        if (lane.waiting.isEmpty() || isUnsettled(lane)) {
            return;
        }
        if (lane.connections.size() < MAX_CONNECTIONS) {
            connect(endpoint, lane);
        } else {
            failAll(lane, Failure.NO_STREAM);
        }
    }

    /** Fails those who wait now; who comes while they are told waits for another connect. */
    private static void failAll(Lane lane, Failure failure) {
        List<UpstreamListener> all = new ArrayList<>(lane.waiting);
        lane.waiting.clear();
        for (UpstreamListener each : all) {
            each.connectFailed(failure);
        }
    }

    /** The handler of a connection that has just been opened. */
    H2UpstreamConnection build(Endpoint endpoint, Channel channel, @Nullable ClientTls by) {
        Limits limits = pool.limits();
        Http2Connection connection = new DefaultHttp2Connection(false, 0);
        // The connection's window is given back at once, those of streams as their bytes are taken.
        connection.local().flowController(new DefaultHttp2LocalFlowController(connection, WINDOW_UPDATE_RATIO, true));
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(connection, new UniformStreamByteDistributor(connection)));
        H2UpstreamGuard guard = new H2UpstreamGuard(pool, endpoint, connection);
        Http2ConnectionEncoder encoder =
                new DefaultHttp2ConnectionEncoder(connection, new DefaultHttp2FrameWriter(NEVER_SENSITIVE));
        DefaultHttp2ConnectionDecoder decoder = new DefaultHttp2ConnectionDecoder(
                connection,
                encoder,
                new StrictFrameReader(
                        new DefaultHttp2FrameReader(
                                new DefaultHttp2HeadersDecoder(true, limits.maxHeadBytes()), MAX_SMALL_CONTINUATIONS),
                        guard::rules));
        Http2Settings settings = new Http2Settings()
                .pushEnabled(false)
                .maxHeaderListSize(limits.maxHeadBytes())
                .initialWindowSize(limits.bufferBytes());
        H2UpstreamConnection handler = new H2UpstreamConnection(
                decoder, encoder, settings, guard, pool, endpoint, channel, pool.nextMaxAgeNanos(), by);
        decoder.frameListener(new H2UpstreamFrames(handler));
        return handler;
    }

    void closed(H2UpstreamConnection connection) {
        Lane lane = lanes.get(connection.endpoint());
        if (lane == null) {
            return;
        }
        lane.connections.remove(connection);
        if (!connection.isSettled()) {
            lane.failed(pool.now());
        }
        if (!lane.connecting && !isUnsettled(lane)) {
            failAll(lane, connection.notOpened()); // they waited for this one
        }
    }

    /** The connection may carry as many streams as the other side has said. */
    void settled(H2UpstreamConnection connection) {
        Lane lane = lanes.get(connection.endpoint());
        if (lane != null) {
            lane.failedBefore = false;
            serve(connection.endpoint(), lane);
        }
    }

    /** Counts {@code more} refused streams of the endpoint, or with 0 that one was answered; returns how many there are. */
    int refusals(Endpoint endpoint, int more) {
        Lane lane = lanes.get(endpoint);
        if (lane == null) {
            return 0;
        }
        lane.refusals = more == 0 ? 0 : lane.refusals + more;
        return lane.refusals;
    }

    /** Opens what is wanted and not there; an endpoint that could not be reached is tried again after a second. */
    void warm(Iterable<Endpoint> endpoints, long nowNanos) {
        warm.clear();
        for (Endpoint endpoint : endpoints) {
            if (!endpoint.protocol().isTwo() || !endpoint.health().isUsable(nowNanos)) {
                continue;
            }
            warm.add(endpoint);
            Lane lane = lanes.computeIfAbsent(endpoint, e -> new Lane());
            boolean soon = lane.failedBefore && nowNanos - lane.failedNanos < RETRY_NANOS;
            boolean none = free(lane) == null && !isUnsettled(lane);
            if (!soon && none && lane.connections.size() < MAX_CONNECTIONS) {
                connect(endpoint, lane);
            }
        }
    }

    void sweep(long nowNanos, long idleNanos) {
        for (Map.Entry<Endpoint, Lane> each : lanes.entrySet()) {
            boolean wanted = warm.contains(each.getKey());
            for (H2UpstreamConnection connection : new ArrayList<>(each.getValue().connections)) {
                connection.sweep(nowNanos, idleNanos, wanted);
                wanted = false; // one is enough to be warm
            }
        }
        lanes.values().removeIf(lane -> lane.connections.isEmpty() && !lane.connecting && !lane.failedBefore);
    }

    void close() {
        for (Lane lane : lanes.values()) {
            for (H2UpstreamConnection connection : new ArrayList<>(lane.connections)) {
                connection.close();
            }
        }
    }
}
