package io.isochrone.proxy.resilience;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many exchanges may be under way at once for one purpose, such as an API or a region. Without one a single backend that hangs
 * takes every place of the node, and requests for well ones are shed (P24).
 *
 * <p>The count is one number for all event loops and never goes beyond the bound: shares per loop would refuse while others have room,
 * and a sum of counters of their own is no bound. A bound that is lowered holds for those who come; those under way stay.
 *
 * <p>Thread-safe: every event loop counts, without locks; the bound is set by reloads and may be seen a moment later.
 */
public final class Bulkhead {
    private final AtomicInteger count = new AtomicInteger();
    private volatile int bound;

    /** @param bound most at once, at least 1 */
    public Bulkhead(int bound) {
        bound(bound);
    }

    /** Takes a changed bound over, at least 1. */
    public void bound(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("bound: " + most + " (expected: >= 1)");
        }
        bound = most;
    }

    /** Most at once, as configured. */
    public int bound() {
        return bound;
    }

    /** Takes a place, to be given back by {@link #leave}; false when none is left. No allocation. */
    public boolean enter() {
        return enter(bound);
    }

    /**
     * The same for somebody from elsewhere, for whom the last tenth is closed: a region that takes over for a dead neighbour is to serve its own
     * clients as before.
     */
    public boolean enterAsGuest() {
        int most = bound;
        return enter(most - most / 10);
    }

    private boolean enter(int most) {
        int now = count.get();
        while (now < most) {
            if (count.compareAndSet(now, now + 1)) {
                return true;
            }
            now = count.get();
        }
        return false;
    }

    /** Gives a place back; once for each that was taken. */
    public void leave() {
        count.decrementAndGet();
    }

    /** How many places are taken. */
    public int count() {
        return count.get();
    }
}
