package io.isochrone.bench.world;

import io.isochrone.config.model.GeoPoint;

/** The round trip that the simulated world puts between two places. Thread-safe: called on event loops. */
@FunctionalInterface
public interface RoundTrip {
    /** Nanoseconds there and back, at least 0. */
    long nanosBetween(GeoPoint from, GeoPoint to);
}
