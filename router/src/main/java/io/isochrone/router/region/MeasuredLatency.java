package io.isochrone.router.region;

import io.isochrone.config.model.GeoPoint;
import io.isochrone.router.latency.DistanceModel;
import io.isochrone.router.latency.Inflation;

/**
 * How far a region is measured to be from this router. Lives as long as neither of the two moves, over reloads too: what ten probes
 * have shown is not forgotten because another key was changed.
 *
 * <p>Thread-safe: written on the prober's one loop, read anywhere; a read may be one sample old.
 */
final class MeasuredLatency {
    private final GeoPoint own;
    private final GeoPoint region;
    private final double explainedMillis;
    private final Inflation inflation = new Inflation();
    private volatile double inflationMillis;
    private volatile double roundTripMillis = -1;

    MeasuredLatency(GeoPoint own, GeoPoint region) {
        this.own = own;
        this.region = region;
        this.explainedMillis = DistanceModel.roundTripMillis(own, region);
    }

    /** Whether it is between these two places. */
    boolean isBetween(GeoPoint own, GeoPoint region) {
        return this.own.equals(own) && this.region.equals(region);
    }

    /** Takes a measured round trip to one of the region's nodes. On the prober's loop. */
    void measured(long nanos) {
        inflationMillis = inflation.sample(nanos / 1e6, explainedMillis);
        roundTripMillis = inflation.averageMillis();
    }

    /** The region said nothing for a while: what was measured before is no guide to what comes now. On the prober's loop. */
    void interrupted() {
        inflation.interrupted();
    }

    /** How much slower than the distance explains, in milliseconds. */
    double inflationMillis() {
        return inflationMillis;
    }

    /** The smoothed round trip in milliseconds, or -1 before there is one. */
    double roundTripMillis() {
        return roundTripMillis;
    }
}
