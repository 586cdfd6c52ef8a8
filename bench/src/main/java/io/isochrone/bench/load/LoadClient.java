package io.isochrone.bench.load;

import io.isochrone.config.model.GeoPoint;

/**
 * A place that requests come from.
 *
 * <p>Immutable.
 *
 * @param city name for people
 * @param country two letters
 * @param point where it is
 * @param weight share of the requests, above 0; shares need not sum up to 1
 * @param address value for X-Forwarded-For; never a destination
 */
public record LoadClient(String city, String country, GeoPoint point, double weight, String address) {
    public LoadClient {
        if (!(weight > 0)) {
            throw new IllegalArgumentException("weight: " + weight + " (expected: above 0)");
        }
    }
}
