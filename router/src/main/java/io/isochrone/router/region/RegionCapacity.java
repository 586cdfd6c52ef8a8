package io.isochrone.router.region;

import io.isochrone.proxy.resilience.Bulkhead;
import io.isochrone.proxy.resilience.LearnedRate;

/**
 * How much is sent to a region: at most so many requests at once, as configured for its units, and no more a second than it has shown to bear. Outlives reloads.
 *
 * <p>Thread-safe: every event loop asks and tells, without locks.
 */
public final class RegionCapacity {
    private final Bulkhead bulkhead;
    private final LearnedRate rate = new LearnedRate();

    /** @param most requests at once */
    public RegionCapacity(int most) {
        this.bulkhead = new Bulkhead(most);
    }

    /**
     * Takes a place, to be given back by {@link #leave}; false when there is none. No allocation.
     *
     * @param forced whether the region is asked whatever it is believed to bear
     */
    public boolean enter(LearnedRate.Rank rank, boolean forced, long nowNanos) {
        boolean place = rank == LearnedRate.Rank.GUEST ? bulkhead.enterAsGuest() : bulkhead.enter();
        if (place && !forced && !rate.take(rank, nowNanos)) {
            bulkhead.leave();
            return false;
        }
        return place;
    }

    /** Gives a place back; once for each that was taken. */
    public void leave() {
        bulkhead.leave();
    }

    /** The region took a request and answered. */
    public void answered(long nowNanos) {
        rate.answered(nowNanos);
    }

    /** The region refused a request, sent at that time, because it is overloaded. */
    public void refused(long sentNanos, long nowNanos) {
        rate.refused(sentNanos, nowNanos);
    }

    /** Takes a changed number of places over. */
    void bound(int most) {
        bulkhead.bound(most);
    }

    /** Requests under way. */
    public int count() {
        return bulkhead.count();
    }

    /** Most requests under way. */
    public int bound() {
        return bulkhead.bound();
    }

    /** Requests a second that it is believed to bear; infinite: as many as come. */
    public double perSecond() {
        return rate.perSecond();
    }

    /** Whether nobody gets in now. */
    boolean isFull() {
        return bulkhead.count() >= bulkhead.bound();
    }
}
