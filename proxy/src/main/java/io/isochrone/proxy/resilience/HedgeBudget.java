package io.isochrone.proxy.resilience;

/**
 * How many slow requests may be sent a second time: a share of the requests, and one a second besides. Without it a region that becomes slow
 * doubles the load of its neighbours, and they become slow in turn. Every one is a retry too, so that both together stay within the budget of
 * retries, and there is none when that is used up.
 *
 * <p>Not thread-safe; confined to its owner.
 */
public final class HedgeBudget {
    static final int MOST = 50;
    private static final double PER_SECOND = 1;

    private final RetryBudget own = new RetryBudget(PER_SECOND, MOST);
    private final RetryBudget retries;

    public HedgeBudget(RetryBudget retries) {
        this.retries = retries;
    }

    /** A request came. */
    public void requested(int maxPercent) {
        own.requested(maxPercent / 100.0);
    }

    /** Whether one is left. */
    public boolean has(long nowNanos) {
        return own.has(nowNanos) && retries.has(nowNanos);
    }

    /** Takes one, if one is left. */
    public boolean take(long nowNanos) {
        return has(nowNanos) && own.take(nowNanos) && retries.take(nowNanos);
    }
}
