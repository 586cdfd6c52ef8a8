package io.isochrone.router.steering;

import org.jspecify.annotations.Nullable;

/**
 * One region in the order for a client, with the terms of its cost.
 *
 * <p>Immutable.
 *
 * @param index position among the candidates
 * @param name canonical name
 * @param distanceKm great-circle distance to the client
 * @param geoMillis what the distance costs
 * @param inflationMillis what was measured on top
 * @param skipped why it gets nothing now, or null
 */
public record Choice(
        int index,
        String name,
        double distanceKm,
        double geoMillis,
        double inflationMillis,
        @Nullable String skipped) {
    /** What decides: geoMillis and inflationMillis. */
    public double costMillis() {
        return geoMillis + inflationMillis;
    }
}
