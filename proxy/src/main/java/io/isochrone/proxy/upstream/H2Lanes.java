package io.isochrone.proxy.upstream;

import static io.netty.handler.codec.http2.Http2HeadersEncoder.NEVER_SENSITIVE;

import io.isochrone.config.model.Limits;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.codec.StrictFrameReader;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP/2 connections of one event loop: to each endpoint as few as its streams need.
 *
 * <p>Confined to one event loop.
 */
final class H2Lanes {
    private static final int MAX_SMALL_CONTINUATIONS = 16;
    private static final float WINDOW_UPDATE_RATIO = 0.5f;

    private final UpstreamPool pool;
    private final Map<Endpoint, H2Lane> lanes = new HashMap<>();
    private final Set<Endpoint> warm = new HashSet<>();

    H2Lanes(UpstreamPool pool) {
        this.pool = pool;
    }

    /** What there is of an endpoint. */
    H2Lane lane(Endpoint endpoint) {
        H2Lane lane = lanes.get(endpoint);
        if (lane == null) {
            lane = new H2Lane(this, pool, endpoint);
            lanes.put(endpoint, lane);
        }
        return lane;
    }

    /** The handler of a connection that has just been opened. */
    H2UpstreamConnection build(H2Lane lane, Endpoint endpoint, Channel channel, @Nullable ClientTls by) {
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
                decoder, encoder, settings, guard, lane, pool, endpoint, channel, pool.nextMaxAgeNanos(), by);
        decoder.frameListener(new H2UpstreamFrames(handler));
        return handler;
    }

    /** Opens what is wanted and not there. */
    void warm(Iterable<Endpoint> endpoints, long nowNanos) {
        warm.clear();
        for (Endpoint endpoint : endpoints) {
            if (endpoint.protocol().isTwo() && endpoint.health().isUsable(nowNanos)) {
                warm.add(endpoint);
                lane(endpoint).warm(nowNanos);
            }
        }
    }

    void sweep(long nowNanos, long idleNanos) {
        // A copy: an attempt that is told that it waits in vain goes on to an endpoint that may be new here.
        for (Map.Entry<Endpoint, H2Lane> each : new ArrayList<>(lanes.entrySet())) {
            each.getValue().sweep(nowNanos, idleNanos, warm.contains(each.getKey()));
        }
        lanes.values().removeIf(lane -> lane.isForgettable(nowNanos));
    }

    void close() {
        for (H2Lane lane : lanes.values()) {
            lane.close();
        }
    }
}
