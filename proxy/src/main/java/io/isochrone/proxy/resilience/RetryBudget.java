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

    private final double perSecond;
    private final int most;
    private double left;
    private long refilledNanos;
    private boolean begun;

    /** A fifth of the requests, and ten a second. */
    public RetryBudget() {
        this(PER_SECOND, MOST);
    }

    /**
     * @param perSecond how many besides the share of the requests; so many are there at first
     * @param most how many can be saved
     */
    RetryBudget(double perSecond, int most) {
        this.perSecond = perSecond;
        this.most = most;
        this.left = perSecond;
    }

    /** A request came. */
    public void requested() {
        requested(PER_REQUEST);
    }

    /** A request came, of which {@code share} counts. */
    void requested(double share) {
        left = Math.min(most, left + share);
    }

    /** Whether a repetition is left. */
    public boolean has(long nowNanos) {
        long passed = begun ? nowNanos - refilledNanos : 0;
        begun = true;
        refilledNanos = nowNanos;
        left = Math.min(most, left + perSecond * Math.min(1, passed / (double) TimeUnit.SECONDS.toNanos(1)));
        return left >= 1;
    }

    /** Takes one repetition, if one is left. */
    public boolean take(long nowNanos) {
        if (!has(nowNanos)) {
            return false;
        }
        left--;
        return true;
    }
}
