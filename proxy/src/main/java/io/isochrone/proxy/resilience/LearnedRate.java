package io.isochrone.proxy.resilience;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many requests a second something far away bears, learned from what it refuses for being overloaded, so that what it would refuse is sent elsewhere, or refused, here
 * and at once: a refusal from another continent costs its client a fifth of a second and a place in the queue there (P9).
 *
 * <p>What was answered a second, at its best and slowly forgotten, is what is believed to be borne (the bottleneck's delivery rate of BBR; Cardwell et al., ACM Queue 14(5),
 * 2016): refusals alone lower nothing far below it, for pauses of a node cause some at any rate, and a limit that follows those would sink for ever. Nothing is
 * limited in the first second, nor until refusals are more than a quarter of the answers in a window of {@value #WINDOW_MILLIS} ms, or than half in a fifth of that. Refusals of what
 * was sent since lower the limit by a thirtieth; windows in which somebody was denied and hardly anybody refused raise it, by a four-hundredth at first
 * and twice as much after every fourth; those in which nobody was denied by a tenth, until the limit is far away and gone. Requests are let through evenly (generic cell
 * rate algorithm, ITU-T I.371), for a burst fills queues that the rate does not.
 *
 * <p>Thread-safe: every event loop asks and tells, without locks and without allocation; of what happens at once a window may lose one.
 */
public final class LearnedRate {
    /** Who is let through first: one's own clients before those of a dead neighbour, and before both what was already refused elsewhere. */
    public enum Rank {
        GUEST,
        HOME,
        RETURNED
    }

    /** How long answers and refusals are counted before they are judged. */
    static final int WINDOW_MILLIS = 100;

    private static final long SECOND = 1_000_000_000;
    private static final long WINDOW_NANOS = WINDOW_MILLIS * 1_000_000L;
    /** The same when it is clear before. */
    private static final long ALERT_NANOS = WINDOW_NANOS / 5;
    /** What is sent so soon after a change meets what was sent before it. */
    private static final long GRACE_NANOS = 300_000_000;
    /** What was answered before is remembered for about so long. */
    private static final double SMOOTH_NANOS = 300e6;

    /** Fewer refusals than these happen by chance. */
    private static final int FEW = 6;
    /** More refusals than this part of the answers are overload. */
    private static final int MANY_SHARE = 4;
    /** More than this part are clear before the window is over. */
    private static final int ALERT_SHARE = 2;

    /** The share of what is believed to be borne below which refusals lower no limit. */
    private static final double FLOOR = 0.88;
    /** What is left of the belief after a window, and after one of overload. */
    private static final double DECAY = 0.998;

    private static final double DECAY_MANY = 0.99;
    private static final double DECREASE = 0.97;
    /** Fewer refusals than this part of the answers lower no limit. */
    private static final int HARDLY_SHARE = 200;

    private static final double INCREASE = 0.0025;
    private static final int DOUBLING_WINDOWS = 4;
    private static final int DOUBLINGS = 5;
    private static final double QUICK_INCREASE = 1.1;
    /** A limit that is so many times what is answered limits nothing. */
    private static final int GONE = 4;
    /** How far ahead of the rate one's own clients may be, guests half as far. */
    private static final long BURST_NANOS = 10_000_000;
    /** The least burst, in requests. */
    private static final int BURST = 3;
    /** How much farther what was refused elsewhere may be. */
    private static final long DEBT_NANOS = 100_000_000;

    /** When the next request is due if all come evenly. */
    private final AtomicLong dueNanos = new AtomicLong();
    /** When counting began. */
    private final AtomicLong windowNanos = new AtomicLong();

    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    /** Between two requests; 0: no limit. */
    private volatile long everyNanos;

    private volatile boolean denied;
    /** When the rate was set or lowered: refusals of what was sent before tell nothing new. */
    private volatile long loweredNanos;
    /** What was answered a second while there was no limit. */
    private volatile double proven;

    private volatile double smooth;
    private volatile long startNanos;
    /** Windows in a row without a refusal under a limit that denied. */
    private final AtomicInteger calm = new AtomicInteger();

    /** Requests per second that are let through now; infinite: as many as come. */
    public double perSecond() {
        long every = everyNanos;
        return every == 0 ? Double.POSITIVE_INFINITY : (double) SECOND / every;
    }

    /** Lets a request through, or not. */
    public boolean take(Rank rank, long nowNanos) {
        long every = everyNanos;
        if (every == 0) {
            return true;
        }
        long room = room(rank, every);
        while (true) {
            long due = dueNanos.get();
            long start = due - nowNanos > 0 ? due : nowNanos;
            if (start - nowNanos > room) {
                denied = true;
                close(nowNanos);
                return false;
            }
            if (dueNanos.compareAndSet(due, start + every)) {
                return true;
            }
        }
    }

    private static long room(Rank rank, long every) {
        long burst = Math.max(BURST_NANOS, BURST * every);
        return switch (rank) {
            case GUEST -> burst / 2;
            case HOME -> burst;
            case RETURNED -> burst + Math.max(DEBT_NANOS, BURST * every);
        };
    }

    /** A request was answered. */
    public void answered(long nowNanos) {
        answered.incrementAndGet();
        close(nowNanos);
    }

    /** A request that was sent at that time was refused for overload. */
    public void refused(long sentNanos, long nowNanos) {
        if (everyNanos == 0 || sentNanos - loweredNanos > GRACE_NANOS) {
            refused.incrementAndGet();
        }
        close(nowNanos);
    }

    /** Judges a window that is over; one loop does. */
    private void close(long nowNanos) {
        long began = windowNanos.get();
        long nanos = nowNanos - began;
        int bad = refused.get();
        boolean alert = everyNanos == 0 && bad >= FEW && bad > answered.get() / ALERT_SHARE;
        boolean over = nanos < 0 || nanos >= (alert ? ALERT_NANOS : WINDOW_NANOS); // below 0: the first of all
        if (startNanos == 0) {
            startNanos = nowNanos;
        }
        if (over && windowNanos.compareAndSet(began, nowNanos) && nanos > 0) {
            judge(answered.getAndSet(0), refused.getAndSet(0), nanos, nowNanos);
        }
    }

    private void judge(int good, int bad, long nanos, long nowNanos) {
        double seen = (double) good * SECOND / nanos;
        double now = perSecond();
        boolean limited = everyNanos != 0;
        if (!limited) {
            dueNanos.set(nowNanos);
        }
        boolean wanted = denied;
        denied = false;
        boolean many = bad >= FEW && bad > good / MANY_SHARE;
        double before = smooth;
        smooth = before + (seen - before) * Math.min(1, nanos / SMOOTH_NANOS);
        double kept = many ? DECAY_MANY : limited ? 1 : DECAY; // a limit of ours hides what could be borne
        proven = Math.max(smooth, proven * kept);
        if (many) {
            if (proven < now && nowNanos - startNanos >= SECOND) {
                lower(proven, nowNanos);
                calm.set(DOUBLING_WINDOWS * DOUBLINGS); // less than is borne, if it was idle before: find out soon
            }
        } else if (!limited) {
            return;
        } else if (bad * HARDLY_SHARE > good) {
            lower(Math.max(now * DECREASE, Math.min(now, proven * FLOOR)), nowNanos);
        } else if (wanted) {
            set(now * (1 + INCREASE * (1 << Math.min(DOUBLINGS, calm.getAndIncrement() / DOUBLING_WINDOWS))));
        } else if (now > GONE * seen) {
            everyNanos = 0;
        } else {
            set(now * QUICK_INCREASE);
        }
    }

    private void lower(double perSecond, long nowNanos) {
        loweredNanos = nowNanos;
        calm.set(0);
        set(perSecond);
    }

    private void set(double perSecond) {
        everyNanos = Math.max(1, (long) (SECOND / Math.max(1, perSecond)));
    }
}
