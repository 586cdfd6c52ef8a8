package io.isochrone.proxy.resilience;

import java.util.concurrent.TimeUnit;

/**
 * How many requests may be sent again: a fifth of the requests, and ten a second besides for when there are few. Without it every
 * request that meets an answer of "not now" is sent as often as there are regions, and an overload feeds itself.
 *
 * <p>What is not used is kept, up to {@value #MOST}: a node that fails after a quiet hour finds the budget full.
 *
 * <p>Not thread-safe; confined to its owner.
 */
public final class RetryBudget {
    static final int MOST = 500;
    private static final double PER_REQUEST = 0.2;
    private static final double PER_SECOND = 10;

    private double left = PER_SECOND;
    private long refilledNanos;
    private boolean begun;

    /** A request came. */
    public void requested() {
        left = Math.min(MOST, left + PER_REQUEST);
    }

    /** Takes one repetition, if one is left. */
    public boolean take(long nowNanos) {
        long passed = begun ? nowNanos - refilledNanos : 0;
        begun = true;
        refilledNanos = nowNanos;
        double refill = PER_SECOND * Math.min(1, passed / (double) TimeUnit.SECONDS.toNanos(1));
        left = Math.min(MOST, left + refill);
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
