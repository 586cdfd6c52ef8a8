package io.isochrone.proxy.exchange;

import io.isochrone.config.model.Hedging;
import io.isochrone.proxy.balance.Endpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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
    private final List<AnswerWatch> all = new ArrayList<>();
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
        all.add(added);
        return added;
    }

    /**
     * Looks at every watch, and tells what is slow if {@code hedging} wants to know; after a standstill of ours only at the clock, for nobody's
     * silence counts that we did not listen to.
     */
    public void look(Hedging hedging, long nowNanos) {
        long gap = looked ? nowNanos - lookedNanos : 0;
        looked = true;
        lookedNanos = nowNanos;
        // By index: who is told goes elsewhere, perhaps to an endpoint that is watched from then on.
        for (int i = 0; i < all.size(); i++) {
            AnswerWatch watch = all.get(i);
            if (gap > STANDSTILL_NANOS) {
                watch.stoodStill(gap);
                continue;
            }
            watch.look(nowNanos);
            if (hedging.enabled()) {
                watch.tellSlow(hedging, nowNanos);
            }
        }
    }

    /** Forgets endpoints that nothing was heard of for five minutes. */
    public void sweep(long nowNanos) {
        watches.values().removeIf(watch -> watch.isAbandoned(nowNanos, FORGET_NANOS));
        if (all.size() != watches.size()) {
            all.retainAll(watches.values());
        }
    }
}
