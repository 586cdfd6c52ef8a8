package io.isochrone.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists what was changed, newest first. Not thread-safe; confined to the main thread. */
@Command(
        name = "history",
        header = {"Lists who changed what, newest first.", ""},
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  isochrone control history",
            "  isochrone control history --limit 100 --before 240 --json"
        })
final class ControlHistory extends Task {
    private static final int MOST = 100;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "how many (${DEFAULT-VALUE})")
    private int limit;

    @Option(names = "--before", paramLabel = "REVISION", defaultValue = "0", description = "only older ones")
    private long before;

    ControlHistory(Surroundings around) {
        super(around);
    }

    @Override
    void run(Session session) {
        if (limit < 1 || limit > MOST) {
            throw FailedException.usage("--limit: " + limit + " (expected: 1 to " + MOST + ")");
        }
        String query = "?top=" + limit + (before > 0 ? "&before=" + before : "");
        JsonNode answer = session.get("/control/v1/history" + query);
        Listing table = new Listing("revision", "when", "who", "what", "changed");
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        for (JsonNode change : answer.path("value")) {
            json.add(change);
            table.row(
                    change.path("revision").asText(),
                    change.path("at").asText(),
                    change.path("who").asText(),
                    change.path("what").asText(),
                    String.join(" ", changed(change)));
        }
        session.print(json);
        session.table(table, "Nothing was changed yet.");
    }

    private static List<String> changed(JsonNode change) {
        List<String> keys = new ArrayList<>();
        for (JsonNode key : change.path("keys")) {
            String name = key.isTextual() ? key.asText() : key.path("key").asText();
            keys.add(name.substring(name.lastIndexOf('/') + 1));
        }
        return keys;
    }
}
