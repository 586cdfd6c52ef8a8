package io.isochrone.control.portal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.Region;
import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.arm.ServiceStatus;
import io.isochrone.control.nodes.Fleet;
import io.isochrone.control.nodes.NodeView;
import io.isochrone.control.store.PastChange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the feed tells the page: a service as it is stored and as it fares, put together per location.
 *
 * <p>{@code view}: {@code service} (the management API's document), {@code operation}?, {@code locations} (first the primary), {@code routers},
 * {@code published}? (the version that nodes should run), {@code refusal}? (why what is stored is not published), {@code changes}.
 * {@code map}: {@code [[latitude, longitude, region]…]}. Numbers are rounded to what the page shows, so that what looks the same is the same.
 *
 * <p>Of each location and of the routers at most {@value #MAX_NODES} nodes are listed (fewer from {@value #MAX_ALL_NODES} in all), those
 * with trouble first; all are counted. At most
 * {@value #MAX_POINTS} points of the map are told.
 *
 * <p>Immutable.
 */
final class PortalView {
    private static final int MAX_NODES = 20;
    private static final int MAX_ALL_NODES = 400;
    private static final int MAX_POINTS = 3000;
    private static final Set<String> GOOD = Set.of("healthy", "up", "serving", "ok");

    private final RegionCatalogue regions;

    /** Places come from {@code regions}; a location that is not among them is shown without one. */
    PortalView(RegionCatalogue regions) {
        this.regions = regions;
    }

    /** The text of {@code view}. */
    String view(ServiceStatus seen, Fleet fleet) {
        String name = seen.service().path("name").asText();
        List<NodeView> nodes = fleet.nodes(name);
        SnapshotId newest = newest(seen.work(), nodes);
        ObjectNode view = JsonNodeFactory.instance.objectNode();
        view.set("service", seen.service());
        if (seen.work() != null) {
            List<NodeView> living = nodes.stream()
                    .filter(node -> node.state() != NodeView.State.LOST)
                    .toList();
            view.set("operation", operation(seen.work()));
            view.put("livingCount", living.size());
            view.put(
                    "currentCount",
                    living.stream().filter(node -> isCurrent(node, newest)).count());
        }
        ArrayNode locations = view.putArray("locations");
        JsonNode primary = seen.service();
        int others = primary.at("/properties/additionalLocations").size();
        int most = Math.min(MAX_NODES, Math.max(1, MAX_ALL_NODES / (1 + others)));
        locations.add(location(primary, primary.path("properties"), true, nodes, fleet.regions(name), newest, most));
        for (JsonNode each : primary.at("/properties/additionalLocations")) {
            locations.add(location(each, each, false, nodes, fleet.regions(name), newest, most));
        }
        ArrayNode routers = view.putArray("routers");
        nodes.stream()
                .filter(node -> node.kind() == NodeView.Kind.ROUTER)
                .sorted(Comparator.comparingInt(node -> calm(node, newest)))
                .limit(MAX_NODES)
                .forEach(node -> routers.add(node(node, newest)));
        if (newest != null) {
            view.put("published", newest.toString());
        }
        String refusal = fleet.refusal(name);
        if (refusal != null) {
            view.put("refusal", refusal);
        }
        ArrayNode changes = view.putArray("changes");
        seen.changes().forEach(change -> changes.add(change(change)));
        return view.toString();
    }

    /** The text of {@code map}. */
    String map(String service, Fleet fleet) {
        ArrayNode map = JsonNodeFactory.instance.arrayNode();
        fleet.map(service).stream()
                .limit(MAX_POINTS)
                .forEach(point -> map.addArray()
                        .add(Math.round(point.latitude() * 10) / 10.0)
                        .add(Math.round(point.longitude() * 10) / 10.0)
                        .add(point.region()));
        return map.toString();
    }

    private static @Nullable SnapshotId newest(ServiceStatus.@Nullable Work operation, List<NodeView> nodes) {
        SnapshotId newest = operation == null ? null : operation.target();
        for (NodeView node : nodes) {
            SnapshotId applied = node.applied();
            if (applied != null && (newest == null || applied.compareTo(newest) > 0)) {
                newest = applied;
            }
        }
        return newest;
    }

    private static ObjectNode operation(ServiceStatus.Work operation) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", operation.id())
                .put("status", operation.status())
                .put("percent", operation.percent())
                .put("started", operation.started().toString())
                .put("title", operation.title());
        if (operation.target() != null) {
            json.put("target", operation.target().toString());
        }
        if (!operation.notes().isEmpty()) {
            ArrayNode notes = json.putArray("notes");
            operation.notes().forEach(notes::add);
        }
        if (operation.errorCode() != null) {
            json.putObject("error").put("code", operation.errorCode()).put("message", operation.errorMessage());
        }
        return json;
    }

    private ObjectNode location(
            JsonNode resource,
            JsonNode properties,
            boolean primary,
            List<NodeView> all,
            List<Fleet.RegionReport> reports,
            @Nullable SnapshotId newest,
            int most) {
        String location = resource.path("location").asText();
        Region region = regions.find(location);
        String name = region == null ? location.toLowerCase(Locale.ROOT).replace(" ", "") : region.name();
        boolean enabled = !properties.path("disableGateway").asBoolean(false);
        List<NodeView> nodes = all.stream()
                .filter(node -> node.kind() == NodeView.Kind.GATEWAY && name.equals(node.region()))
                .toList();
        Fleet.RegionReport report = reports.stream()
                .filter(each -> each.region().equals(name))
                .findFirst()
                .orElse(null);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", name)
                .put("displayName", region == null ? location : region.displayName())
                .put("primary", primary)
                .put("units", resource.path("sku").path("capacity").asInt(1))
                .put("enabled", enabled)
                .put("url", properties.path("gatewayRegionalUrl").asText(""));
        if (region != null) {
            json.put("latitude", region.point().latitude())
                    .put("longitude", region.point().longitude());
        }
        health(json, enabled, nodes, report);
        load(json, nodes, report);
        json.put("nodeCount", nodes.size()).put("servingCount", count(nodes, NodeView.State.SERVING));
        ArrayNode list = json.putArray("nodes");
        nodes.stream()
                .sorted(Comparator.comparingInt(node -> calm(node, newest)))
                .limit(most)
                .forEach(node -> list.add(node(node, newest)));
        return json;
    }

    /** The lower, the sooner somebody has to look at it. */
    private static int calm(NodeView node, @Nullable SnapshotId newest) {
        if (node.refusal() != null) {
            return 0;
        }
        if (node.state() == NodeView.State.LOST) {
            return 1;
        }
        return isCurrent(node, newest) ? 3 : 2;
    }

    private static boolean isCurrent(NodeView node, @Nullable SnapshotId newest) {
        SnapshotId applied = node.applied();
        return applied != null && newest != null && applied.compareTo(newest) >= 0;
    }

    private static void health(
            ObjectNode json, boolean enabled, List<NodeView> nodes, Fleet.@Nullable RegionReport report) {
        List<String> reasons = new ArrayList<>();
        long lost = count(nodes, NodeView.State.LOST);
        long serving = count(nodes, NodeView.State.SERVING);
        long refused = nodes.stream().filter(node -> node.refusal() != null).count();
        if (lost > 0) {
            reasons.add(lost + " of " + nodes.size() + " not heard of");
        }
        if (refused > 0) {
            reasons.add(refused + " refused the last configuration");
        }
        String state;
        if (!enabled) {
            state = "disabled";
        } else if (nodes.isEmpty()) {
            state = "waiting";
            reasons.add("no node has registered");
        } else if (serving == 0) {
            state = lost == nodes.size() ? "down" : "waiting";
            if (lost == 0) {
                reasons.add("no node serves yet");
            }
        } else if (report != null && !GOOD.contains(report.state())) {
            state = report.state().equals("down") || report.state().equals("unhealthy") ? "down" : "degraded";
            reasons.add("routers see it as " + report.state());
        } else {
            state = reasons.isEmpty() ? "healthy" : "degraded";
        }
        json.put("health", state).put("why", String.join("; ", reasons));
    }

    private static long count(List<NodeView> nodes, NodeView.State state) {
        return nodes.stream().filter(node -> node.state() == state).count();
    }

    private static void load(ObjectNode json, List<NodeView> nodes, Fleet.@Nullable RegionReport report) {
        double requests = 0;
        double errors = 0;
        double p99 = 0;
        for (NodeView node : nodes) {
            if (node.state() != NodeView.State.LOST) {
                requests += node.load().requestsPerSecond();
                errors += node.load().errorsPerSecond();
                p99 = Math.max(p99, node.load().p99Millis());
            }
        }
        json.put("rps", tenth(requests)).put("errors", tenth(errors)).put("p99", tenth(p99));
        if (report != null) {
            json.put("latency", tenth(report.latencyMillis()));
        }
    }

    private static ObjectNode node(NodeView node, @Nullable SnapshotId newest) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        SnapshotId applied = node.applied();
        json.put("id", node.id())
                .put("address", node.address())
                .put("state", node.state().name().toLowerCase(Locale.ROOT))
                .put("applied", applied == null ? null : applied.toString())
                .put("current", isCurrent(node, newest))
                .put("refusal", node.refusal())
                .put("rps", tenth(node.load().requestsPerSecond()))
                .put("p99", tenth(node.load().p99Millis()));
        if (node.state() == NodeView.State.LOST) {
            json.put("seen", node.seen().toString());
        }
        return json;
    }

    private static ObjectNode change(PastChange change) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("revision", change.revision())
                .put("at", change.at().toString())
                .put("who", change.audit().who())
                .put("what", change.audit().what());
    }

    private static double tenth(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
