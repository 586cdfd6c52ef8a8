package io.isochrone.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What the control plane's list of nodes says, in numbers. Thread-safe: no state. */
final class Nodes {
    private Nodes() {}

    /**
     * How many gateways a region has.
     *
     * @param all known ones
     * @param serving those that take traffic
     */
    record Count(int all, int serving) {}

    /** The gateways of one region, in whichever form it is written. */
    static Count count(List<JsonNode> nodes, String region) {
        int all = 0;
        int serving = 0;
        for (JsonNode node : nodes) {
            if (RegionNames.same(node.path("region").asText(), RegionNames.key(region))) {
                all++;
                serving += node.path("state").asText().equalsIgnoreCase("serving") ? 1 : 0;
            }
        }
        return new Count(all, serving);
    }

    /** Requests per second that a region's gateways answer now. */
    static double requestsPerSecond(List<JsonNode> nodes, String region) {
        double sum = 0;
        for (JsonNode node : nodes) {
            if (RegionNames.same(node.path("region").asText(), RegionNames.key(region))) {
                sum += node.path("load").path("requestsPerSecond").asDouble();
            }
        }
        return sum;
    }
}
