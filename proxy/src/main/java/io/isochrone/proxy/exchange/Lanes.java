package io.isochrone.proxy.exchange;

import io.isochrone.proxy.balance.Endpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Lane}s of one event loop: one for each endpoint that somebody watches. A look at all of them costs the same however many
 * requests wait.
 *
 * <p>Confined to one event loop.
 */
public final class Lanes {
    /** How often {@link #look} is to be called, in nanoseconds: a tenth of the shortest silence that is noticed. */
    public static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** Looks that are further apart than this were held up. */
    private static final long STANDSTILL_NANOS = 4 * LOOK_NANOS;

    private static final long FORGET_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final Map<Endpoint, Lane> lanes = new HashMap<>();
    private final Runnable begin;
    private boolean begun;
    private boolean looked;
    private long lookedNanos;

    /** {@code begin} is called once, before the first endpoint is watched: from then on {@link #look} must be called. */
    public Lanes(Runnable begin) {
        this.begin = begin;
    }

    /** The lane of an endpoint, or null when nobody watches it. */
    @Nullable
    Lane of(Endpoint endpoint, long nowNanos) {
        Lane lane = lanes.get(endpoint);
        if (lane != null || !endpoint.health().isWatched()) {
            return lane;
        }
        if (!begun) {
            begun = true;
            begin.run();
        }
        Lane added = new Lane(endpoint, nowNanos);
        lanes.put(endpoint, added);
        return added;
    }

    /** Looks at every lane; after a standstill of ours only at the clock, for nobody's silence counts that we did not listen to. */
    public void look(long nowNanos) {
        long gap = looked ? nowNanos - lookedNanos : 0;
        looked = true;
        lookedNanos = nowNanos;
        for (Lane lane : lanes.values()) {
            if (gap > STANDSTILL_NANOS) {
                lane.stoodStill(gap);
            } else {
                lane.look(nowNanos);
            }
        }
    }

    /** Forgets endpoints that nothing was heard of for five minutes. */
    public void sweep(long nowNanos) {
        lanes.values().removeIf(lane -> lane.isAbandoned(nowNanos, FORGET_NANOS));
    }
}
