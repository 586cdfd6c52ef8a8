package io.isochrone.proxy.resilience;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many exchanges may be under way at once for one purpose, such as an API or a region. Without one a single backend that hangs
 * takes every place of the node, and requests for well ones are shed (P24).
 *
 * <p>What is behind it may bear less than the bound. When it refuses for being overloaded, nine tenths of what was under way is the limit from then on, which
 * grows by a sixtieth every {@value #STEP_MILLIS} ms in which there are answers and no refusal, so that those who would be refused far away are sent elsewhere, or refused, at once.
 *
 * <p>The count is one number for all event loops and never goes beyond the bound: shares per loop would refuse while others have room,
 * and a sum of counters of their own is no bound. A bound that is lowered holds for those who come; those under way stay.
 *
 * <p>Thread-safe: every event loop counts, without locks; the bound is set by reloads and may be seen a moment later.
 */
public final class Bulkhead {
    private static final int NONE = Integer.MAX_VALUE;
    /** Refusals that come closer to one another tell of the same overload. */
    static final int STEP_MILLIS = 100;

    private static final long STEP_NANOS = STEP_MILLIS * 1_000_000L;
    private static final int GROWTH = 60;

    private final AtomicInteger count = new AtomicInteger();
    /** The learned limit, or {@link #NONE}. */
    private final AtomicInteger learned = new AtomicInteger(NONE);

    private final AtomicLong learnedNanos = new AtomicLong();
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

    /** Most at once now: the bound, or what was learned if that is less. */
    public int limit() {
        return Math.min(bound, learned.get());
    }

    /** What is behind it refused an exchange for being overloaded. */
    public void refused(long nowNanos) {
        int most = Math.min(limit(), Math.max(1, count.get()));
        if (isStep(nowNanos)) {
            learned.set(Math.max(1, most - Math.max(1, most / 10)));
        }
    }

    /** What is behind it took an exchange and answered. No allocation. */
    public void answered(long nowNanos) {
        int now = learned.get();
        if (now != NONE && isStep(nowNanos)) {
            int more = now + Math.max(1, now / GROWTH);
            learned.set(more >= bound ? NONE : more);
        }
    }

    /** Whether it is time for another change; true for one loop only. */
    private boolean isStep(long nowNanos) {
        long last = learnedNanos.get();
        boolean first = learned.get() == NONE;
        return (first || nowNanos - last >= STEP_NANOS) && learnedNanos.compareAndSet(last, nowNanos);
    }

    /** Takes a place, to be given back by {@link #leave}; false when none is left. No allocation. */
    public boolean enter() {
        return enter(limit());
    }

    /**
     * The same for somebody from elsewhere, for whom the last tenth is closed: a region that takes over for a dead neighbour is to serve its own
     * clients as before.
     */
    public boolean enterAsGuest() {
        int most = limit();
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
