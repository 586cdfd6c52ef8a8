package io.isochrone.router.region;

import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.Location;
import io.isochrone.config.model.Region;
import io.isochrone.proxy.balance.Endpoint;
import java.util.List;

/** Makes regions without probing them. Thread-safe: no state. */
public final class Regions {
    private Regions() {}

    /** A region whose measured round trip is {@code millis}; 0 or less: none was measured. */
    public static RegionState of(Region region, boolean disabled, List<Endpoint> nodes, GeoPoint own, double millis) {
        MeasuredLatency latency = new MeasuredLatency(own, region.point());
        for (int i = 0; millis > 0 && i < 20; i++) {
            latency.measured((long) (millis * 1e6));
        }
        return new RegionState(new Location(region, 1, disabled, List.of()), nodes, latency);
    }
}
