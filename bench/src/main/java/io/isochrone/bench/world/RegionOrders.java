package io.isochrone.bench.world;

import io.isochrone.bench.load.LoadClient;
import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.IpLiteral;
import io.isochrone.config.model.Region;
import java.util.Comparator;
import java.util.List;

/** The world's regions as a client sees them, by simulated round trip. Thread-safe: immutable. */
public final class RegionOrders {
    private final PlaceOf places = Distances.places();
    private final RoundTrip roundTrips = Distances.roundTrips();

    /** The simulated round trip in nanoseconds; a client at an unknown place stands where the router does. */
    public long nanos(LoadClient client, Region region) {
        byte[] address = IpLiteral.parse(client.address());
        GeoPoint found = address == null ? null : places.of(address);
        return roundTrips.nanosBetween(found == null ? Distances.router() : found, region.point());
    }

    /** The simulated round trip of the router itself, in nanoseconds. */
    public static long fromRouterNanos(Region region) {
        return Distances.roundTrips().nanosBetween(Distances.router(), region.point());
    }

    /** All regions, nearest first. */
    public List<Region> of(LoadClient client) {
        return WorldPlan.PLACES.stream()
                .map(WorldPlan.Place::region)
                .sorted(Comparator.comparingLong(region -> nanos(client, region)))
                .toList();
    }
}
