package io.isochrone.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** How many nodes run what is meant for them, in words. Thread-safe: no state. */
final class NodeProgress {
    private static final int MOST_NAMES = 4;

    private NodeProgress() {}

    /** Such as {@code 3 of 4 nodes have it, waiting for gw-2}; empty without nodes that are there. */
    static String words(List<JsonNode> nodes) {
        int all = 0;
        List<String> behind = new ArrayList<>();
        List<String> refusing = new ArrayList<>();
        for (JsonNode node : nodes) {
            if (node.path("state").asText().equalsIgnoreCase("lost")) {
                continue;
            }
            all++;
            if (node.path("refusal").isTextual()) {
                refusing.add(node.path("id").asText() + " refuses: "
                        + node.path("refusal").asText());
            }
            if (!node.path("current").asBoolean()) {
                behind.add(node.path("id").asText());
            }
        }
        if (all == 0) {
            return "";
        }
        String have = (all - behind.size()) + " of " + all + " nodes have it";
        if (!refusing.isEmpty()) {
            return have + ", " + refusing.get(0);
        }
        if (behind.isEmpty()) {
            return have;
        }
        String names = String.join(" ", behind.subList(0, Math.min(MOST_NAMES, behind.size())));
        return have + ", waiting for " + names + (behind.size() > MOST_NAMES ? " …" : "");
    }
}
