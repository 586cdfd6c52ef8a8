package io.isochrone.router;

import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.source.NodeReport;
import io.isochrone.config.source.NodeReport.MapPoint;
import io.isochrone.config.source.NodeReport.RegionLine;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.feed.LoadMeter;
import io.isochrone.router.door.RouterSnapshot;
import io.isochrone.router.region.RegionState;
import io.isochrone.router.steering.Candidate;
import io.isochrone.router.steering.Choice;
import io.isochrone.router.steering.Steering;
import java.util.ArrayList;
import java.util.List;

/** What a router reports: what it sees of the regions, and where it sends clients of each part of the world. Thread-safe: no state. */
final class RouterReport {
    private RouterReport() {}

    /** @param places where to ask steering for */
    static NodeReport of(RouterSnapshot snapshot, LoadMeter.Taken taken, List<GeoPoint> places, long nowNanos) {
        List<RegionLine> regions = new ArrayList<>();
        for (RegionState region : snapshot.regions()) {
            regions.add(new RegionLine(
                    region.name(),
                    state(region, nowNanos),
                    taken.regions().getOrDefault(region.name(), 0.0),
                    region.roundTripMillis()));
        }
        List<Candidate> candidates = snapshot.candidates(nowNanos);
        List<MapPoint> map = new ArrayList<>();
        for (GeoPoint place : places) {
            List<Choice> order = Steering.order(place, candidates);
            if (!order.isEmpty() && order.get(0).skipped() == null) {
                map.add(new MapPoint(
                        place.latitude(), place.longitude(), order.get(0).name()));
            }
        }
        return new NodeReport(taken.load(), regions, map);
    }

    /** Healthy: every node gets all that it should; degraded: some do; unhealthy: none may be used, or there is none. */
    private static String state(RegionState region, long nowNanos) {
        if (region.location().gatewayDisabled()) {
            return "disabled";
        }
        if (!region.isUsable(nowNanos)) {
            return "unhealthy";
        }
        for (Endpoint node : region.nodes()) {
            if (!node.health().isUsable(nowNanos) || node.health().share(nowNanos) < 1) {
                return "degraded";
            }
        }
        return "healthy";
    }
}
