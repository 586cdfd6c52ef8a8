package io.isochrone.bench.world;

import io.isochrone.config.model.GeoPoint;
import io.isochrone.router.geo.GridDatabase;
import io.isochrone.router.latency.DistanceModel;

/**
 * The simulated world's geography: clients stand where the router's embedded table says, and round trips follow the router's model of
 * distance, so that what is nearest on the map is nearest in time. Thread-safe: no state.
 */
public final class Distances {
    private Distances() {}

    /** Places by the router's embedded table. */
    public static PlaceOf places() {
        GridDatabase table = GridDatabase.embedded();
        return table::find;
    }

    /** Round trips by the router's model of distance. */
    public static RoundTrip roundTrips() {
        return (from, to) -> (long) (DistanceModel.roundTripMillis(from, to) * 1e6);
    }

    /** Where the world's router stands: at its primary region. */
    public static GeoPoint router() {
        return WorldPlan.PLACES.get(0).region().point();
    }
}
