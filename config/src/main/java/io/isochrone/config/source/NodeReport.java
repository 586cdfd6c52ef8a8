package io.isochrone.config.source;

import java.util.List;

/**
 * What a node tells the control plane about itself.
 *
 * <p>Immutable.
 *
 * @param load what it carried since the report before
 * @param regions of routers: the regions as they see them
 * @param map of routers: which region serves each part of the world
 */
public record NodeReport(Load load, List<RegionLine> regions, List<MapPoint> map) {
    /** Of a node that does not carry traffic. */
    public static final NodeReport NOTHING = new NodeReport(new Load(0, 0, 0, 0, 0), List.of(), List.of());

    public NodeReport {
        regions = List.copyOf(regions);
        map = List.copyOf(map);
    }

    /**
     * What a node carried.
     *
     * @param requestsPerSecond answered
     * @param errorsPerSecond answered with 5xx
     * @param inFlight under way now
     * @param p50Millis median time to answer; 0 when nothing was answered
     * @param p99Millis 99th percentile
     */
    public record Load(
            double requestsPerSecond, double errorsPerSecond, long inFlight, double p50Millis, double p99Millis) {}

    /**
     * A region as a router sees it.
     *
     * @param region canonical name
     * @param state {@code healthy}, {@code degraded}, {@code unhealthy} or {@code disabled}
     * @param requestsPerSecond sent there
     * @param latencyMillis measured round trip; -1 while there is none
     */
    public record RegionLine(String region, String state, double requestsPerSecond, double latencyMillis) {}

    /**
     * Which region serves clients at a place.
     *
     * @param latitude degrees north
     * @param longitude degrees east
     * @param region canonical name
     */
    public record MapPoint(double latitude, double longitude, String region) {}
}
