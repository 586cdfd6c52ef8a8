package io.isochrone.control.nodes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Puts the views of several routers together. Thread-safe: no state. */
final class RegionViews {
    /** From best to worst; a word that is not here is worse than all. */
    private static final List<String> ORDER =
            List.of("healthy", "degraded", "suspect", "draining", "disabled", "unhealthy");

    private RegionViews() {}

    /** By region: traffic added up, measured latency weighed by traffic, the worst state. */
    static List<Fleet.RegionReport> merge(List<List<Fleet.RegionReport>> routers) {
        Map<String, List<Fleet.RegionReport>> byRegion = new TreeMap<>();
        routers.forEach(list -> list.forEach(each -> byRegion.computeIfAbsent(each.region(), name -> new ArrayList<>())
                .add(each)));
        List<Fleet.RegionReport> merged = new ArrayList<>();
        byRegion.forEach((region, reports) -> {
            double rate = 0;
            double weights = 0;
            double weighed = 0;
            String state = reports.get(0).state();
            for (Fleet.RegionReport each : reports) {
                rate += each.requestsPerSecond();
                state = rank(each.state()) > rank(state) ? each.state() : state;
                if (each.latencyMillis() >= 0) {
                    double weight =
                            each.requestsPerSecond() + 0.001; // so that one without traffic counts where all have none
                    weights += weight;
                    weighed += weight * each.latencyMillis();
                }
            }
            merged.add(new Fleet.RegionReport(region, state, rate, weights > 0 ? weighed / weights : -1));
        });
        return merged;
    }

    private static int rank(String state) {
        int rank = ORDER.indexOf(state);
        return rank < 0 ? ORDER.size() : rank;
    }
}
