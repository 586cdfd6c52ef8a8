package io.isochrone.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the nodes of a service. Not thread-safe; confined to the main thread. */
@Command(
        name = "list",
        header = {"Lists the nodes: state, configuration, load.", ""},
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The configuration is EPOCH.VERSION; an arrow leads to the one that is meant for the node.",
            "",
            "Examples:",
            "  isochrone node list",
            "  isochrone node list --region eastasia --json"
        })
final class NodeList extends Task {
    @Option(names = "--region", paramLabel = "REGION", description = "only the gateways of this region")
    private @Nullable String region;

    @Mixin
    private ServiceOption of;

    NodeList(Surroundings around) {
        super(around);
    }

    @Override
    void run(Session session) {
        ServiceView service = session.service(of.name);
        String only =
                region == null ? null : RegionNames.key(service.place(region).region());
        List<JsonNode> nodes = session.nodes(service);
        Listing table = new Listing(
                "node", "kind", "region", "state", "configuration", "requests/s", "5xx/s", "p50 ms", "p99 ms", "seen");
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        for (JsonNode node : nodes) {
            if (only != null && !RegionNames.same(only, node.path("region").asText())) {
                continue;
            }
            json.add(node);
            JsonNode load = node.path("load");
            table.row(
                    node.path("id").asText(),
                    node.path("kind").asText().toLowerCase(Locale.ROOT),
                    node.path("region").asText("-"),
                    Listing.Cell.state(node.path("state").asText().toLowerCase(Locale.ROOT)),
                    configuration(node),
                    number(load, "requestsPerSecond"),
                    number(load, "errorsPerSecond"),
                    number(load, "p50Millis"),
                    number(load, "p99Millis"),
                    seen(node));
        }
        session.print(json);
        session.table(
                table,
                "No node yet. Start one: isochrone gateway --control URL --token-file FILE --region REGION --listen HOST:PORT");
        notes(session, service, nodes);
    }

    private static Listing.Cell configuration(JsonNode node) {
        String applied = version(node.path("applied"));
        if (node.path("refusal").isTextual()) {
            return new Listing.Cell(applied + " refuses " + version(node.path("offered")), Style.fg_red);
        }
        return node.path("current").asBoolean(true)
                ? new Listing.Cell(applied)
                : new Listing.Cell(applied + " → " + version(node.path("offered")), Style.fg_yellow);
    }

    private static String version(JsonNode id) {
        return id.has("version")
                ? id.path("epoch").asText() + "." + id.path("version").asText()
                : "-";
    }

    private static String number(JsonNode load, String name) {
        return String.format(Locale.ROOT, "%.1f", load.path(name).asDouble());
    }

    private static String seen(JsonNode node) {
        JsonNode silent = node.path("silentSeconds");
        return silent.isNumber() ? String.format(Locale.ROOT, "%.0f s ago", silent.asDouble()) : "-";
    }

    private static void notes(Session session, ServiceView service, List<JsonNode> nodes) {
        if (session.isJson()) {
            return;
        }
        for (JsonNode node : nodes) {
            if (node.path("refusal").isTextual()) {
                session.say(
                        node.path("id").asText() + ": " + node.path("refusal").asText());
            }
        }
        JsonNode rollout = session.find("/control/v1/rollout?service=" + Session.encoded(service.name()));
        if (rollout == null) {
            return;
        }
        String stage = rollout.path("stage").asText("idle");
        if (!stage.equals("idle")) {
            session.say("Configuration " + version(rollout.path("candidate")) + " is going out, stage " + stage + ".");
        }
        for (String note : List.of("reason", "refusal", "suspicion", "storeTrouble")) {
            if (rollout.path(note).isTextual()) {
                session.say(label(note) + rollout.path(note).asText());
            }
        }
    }

    private static String label(String note) {
        return switch (note) {
            case "reason" -> "The last rollout was rolled back: ";
            case "refusal" -> "What is stored now is not published: ";
            case "suspicion" -> "Silent nodes are kept: ";
            default -> "The store cannot be asked: ";
        };
    }
}
