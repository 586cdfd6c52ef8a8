package io.isochrone.router.region;

import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.Location;
import io.isochrone.config.model.Region;
import io.isochrone.proxy.balance.Endpoint;
import java.util.List;
import java.util.Map;

/** Makes regions without probing them. Thread-safe: no state. */
public final class Regions {
    private Regions() {}

    /** The same with an API that is watched there, and room enough. */
    public static RegionState of(Region region, List<Endpoint> nodes, GeoPoint own, String api) {
        return new RegionState(
                new Location(region, 1, false, List.of()),
                nodes,
                new MeasuredLatency(own, region.point()),
                new RegionCapacity(1000),
                Map.of(api, new ApiHealth(() -> false)));
    }

    /** A region whose measured round trip is {@code millis}, with room for two requests; 0 or less: none was measured. */
    public static RegionState of(Region region, boolean disabled, List<Endpoint> nodes, GeoPoint own, double millis) {
        MeasuredLatency latency = new MeasuredLatency(own, region.point());
        for (int i = 0; millis > 0 && i < 20; i++) {
            latency.measured((long) (millis * 1e6));
        }
        return new RegionState(
                new Location(region, 1, disabled, List.of()), nodes, latency, new RegionCapacity(2), Map.of());
    }
}
