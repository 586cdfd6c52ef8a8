package io.isochrone.router.region;

import java.time.Duration;

/**
 * What is believed of one API in one region. A region whose backend of one API is dead serves all its other APIs well: taking the whole
 * region out for it, or sending every request of that API there first, hurts everybody or costs every caller a detour.
 *
 * <p>An API goes out when the region's own gateway proves that it has no backend for it, or when requests that were answered 502, 503 or
 * 504 there are answered well elsewhere: {@value #LOST} within a second, most of those compared, and a tenth of what was sent. An application that
 * answers so everywhere is no reason. It comes back by time, for nobody probes it: out for a second at first and twice as long after each relapse, then
 * with a growing share of the requests.
 *
 * <p>Immutable.
 *
 * @param out whether it is or was out, so that share and relapse count
 * @param sinceNanos when it went out
 * @param holdNanos for how long it gets nothing
 * @param windowNanos when the present second of comparison began
 * @param sentBefore requests sent until then
 * @param lost how many were answered better elsewhere
 * @param tied how many were not
 */
record ApiStatus(boolean out, long sinceNanos, long holdNanos, long windowNanos, long sentBefore, int lost, int tied) {
    static final ApiStatus WELL = new ApiStatus(false, 0, 0, 0, 0, 0, 0);
    static final int LOST = 5;
    static final long HOLD_NANOS = Duration.ofSeconds(1).toNanos();
    static final long MOST_HOLD_NANOS = Duration.ofMinutes(1).toNanos();
    /** How long it takes to get everything again. */
    static final long RAMP_NANOS = Duration.ofSeconds(5).toNanos();

    private static final long STABLE_NANOS = Duration.ofSeconds(60).toNanos();
    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();
    private static final double LEAST_SHARE = 0.02;

    /** The share of the requests that it gets: 0 to 1. */
    double share(long nowNanos) {
        if (!out) {
            return 1;
        }
        long back = nowNanos - sinceNanos - holdNanos;
        return back < 0 ? 0 : Math.min(1, Math.max(LEAST_SHARE, back / (double) RAMP_NANOS));
    }

    /** The region's gateway has no backend for it. */
    ApiStatus withoutBackend(long nowNanos) {
        long outFor = nowNanos - sinceNanos;
        if (out && outFor < holdNanos) {
            return this; // known already: that request was on its way
        }
        boolean relapse = out && outFor < holdNanos + RAMP_NANOS + STABLE_NANOS;
        long hold = relapse ? Math.min(MOST_HOLD_NANOS, 2 * holdNanos) : HOLD_NANOS;
        return new ApiStatus(true, nowNanos, hold, nowNanos, 0, 0, 0);
    }

    /**
     * A request that was answered badly here was sent elsewhere too.
     *
     * @param better whether it was answered well there
     * @param sent how many requests of it were sent here in all
     */
    ApiStatus compared(boolean better, long sent, long nowNanos) {
        boolean fresh = nowNanos - windowNanos > SECOND_NANOS || lost + tied == 0;
        long before = fresh ? sent - 1 : sentBefore;
        int nowLost = (fresh ? 0 : lost) + (better ? 1 : 0);
        int nowTied = (fresh ? 0 : tied) + (better ? 0 : 1);
        boolean most = nowLost >= LOST && nowLost >= 4 * nowTied;
        if (most && nowLost * 10L >= sent - before) {
            return withoutBackend(nowNanos);
        }
        return new ApiStatus(out, sinceNanos, holdNanos, fresh ? nowNanos : windowNanos, before, nowLost, nowTied);
    }
}
