package io.isochrone.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;

/** Where traffic goes when a region goes, in words. Thread-safe: no state. */
final class Traffic {
    private Traffic() {}

    /** What happens to the clients of a region whose gateway goes. */
    static String leaving(List<JsonNode> nodes, Place place) {
        if (Nodes.count(nodes, place.region()).serving() == 0) {
            return place.region() + " has no node that serves now.";
        }
        return String.format(
                Locale.ROOT,
                "%s answers %.1f requests/s now; its clients go to the next nearest region.",
                place.region(),
                Nodes.requestsPerSecond(nodes, place.region()));
    }
}
