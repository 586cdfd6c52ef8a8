package io.isochrone.bench.world;

import io.isochrone.config.model.GeoPoint;

/**
 * A round trip that grows with the great-circle distance: 15.5 µs per kilometre and 3 ms at both ends together. Light in fibre
 * needs 10 µs per kilometre there and back; cables are half as long again.
 *
 * <p>Immutable.
 */
public final class DistanceRoundTrip implements RoundTrip {
    private static final double NANOS_PER_KM = 15_500;
    private static final double BASE_NANOS = 3_000_000;

    @Override
    public long nanosBetween(GeoPoint from, GeoPoint to) {
        return (long) (BASE_NANOS + from.distanceKm(to) * NANOS_PER_KM);
    }
}
