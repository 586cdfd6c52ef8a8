package io.isochrone.proxy.exchange;

import io.isochrone.proxy.balance.Endpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The {@link AnswerWatch}s of one event loop: one for each endpoint that somebody watches. A look at all of them costs the same however many
 * requests wait.
 *
 * <p>Confined to one event loop.
 */
public final class AnswerWatches {
    /** How often {@link #look} is to be called, in nanoseconds: a tenth of the shortest silence that is noticed. */
    public static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** Looks that are further apart than this were held up. */
    private static final long STANDSTILL_NANOS = 4 * LOOK_NANOS;

    private static final long FORGET_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final Map<Endpoint, AnswerWatch> watches = new HashMap<>();
    private final Runnable begin;
    private boolean begun;
    private boolean looked;
    private long lookedNanos;

    /** {@code begin} is called once, before the first endpoint is watched: from then on {@link #look} must be called. */
    public AnswerWatches(Runnable begin) {
        this.begin = begin;
    }

    /** The watch of an endpoint, or null when nobody watches it. */
    @Nullable
    AnswerWatch of(Endpoint endpoint, long nowNanos) {
        AnswerWatch watch = watches.get(endpoint);
        if (watch != null || !endpoint.health().isWatched()) {
            return watch;
        }
        if (!begun) {
            begun = true;
            begin.run();
        }
        AnswerWatch added = new AnswerWatch(endpoint, nowNanos);
        watches.put(endpoint, added);
        return added;
    }

    /** Looks at every watch; after a standstill of ours only at the clock, for nobody's silence counts that we did not listen to. */
    public void look(long nowNanos) {
        long gap = looked ? nowNanos - lookedNanos : 0;
        looked = true;
        lookedNanos = nowNanos;
        for (AnswerWatch watch : watches.values()) {
            if (gap > STANDSTILL_NANOS) {
                watch.stoodStill(gap);
            } else {
                watch.look(nowNanos);
            }
        }
    }

    /** Forgets endpoints that nothing was heard of for five minutes. */
    public void sweep(long nowNanos) {
        watches.values().removeIf(watch -> watch.isAbandoned(nowNanos, FORGET_NANOS));
    }
}
