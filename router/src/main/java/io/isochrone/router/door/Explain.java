package io.isochrone.router.door;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.config.model.IpLiteral;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.health.NodeHealth;
import io.isochrone.proxy.health.NodeState;
import io.isochrone.proxy.health.NodeStatus;
import io.isochrone.router.geo.Place;
import io.isochrone.router.region.RegionState;
import io.isochrone.router.steering.Choice;
import io.isochrone.router.steering.Steering;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tells where a client's requests go and why, for people and for scripts. Thread-safe: no state. */
public final class Explain {
    /** Made when somebody first asks, not when a router starts. */
    private static final class Json {
        static final ObjectMapper MAPPER = new ObjectMapper();
    }

    private Explain() {}

    /**
     * Explains for an address. Throws IllegalArgumentException when {@code client} is none.
     *
     * @param nowNanos by the event loops' ticker, as in the nodes' health; System.nanoTime counts from elsewhere
     */
    public static String explain(RouterSnapshot snapshot, String client, boolean json, long nowNanos) {
        byte[] address = IpLiteral.parse(client);
        if (address == null) {
            throw new IllegalArgumentException("client: \"" + client + "\" (expected: an IPv4 or IPv6 address)");
        }
        Place place = snapshot.locator().find(address);
        List<Choice> order = Steering.order(place.point(), snapshot.candidates(nowNanos));
        boolean failStatic = snapshot.isFailingStatic(nowNanos);
        return json
                ? json(snapshot, client, place, order, failStatic, nowNanos)
                : text(snapshot, client, place, order, failStatic, nowNanos);
    }

    private static String text(
            RouterSnapshot snapshot,
            String client,
            Place place,
            List<Choice> order,
            boolean failStatic,
            long nowNanos) {
        StringBuilder out = new StringBuilder();
        out.append(String.format(
                Locale.ROOT,
                "client %s is at %.1f, %.1f (%s; %s)%n",
                client,
                place.point().latitude(),
                place.point().longitude(),
                place.source().name().toLowerCase(Locale.ROOT),
                snapshot.locator().database().description()));
        out.append(String.format(
                Locale.ROOT,
                "router is at %.1f, %.1f%n",
                snapshot.locator().own().latitude(),
                snapshot.locator().own().longitude()));
        out.append(
                failStatic
                        ? "failing static: no node is usable; those that do not refuse are tried, nearest first\n"
                        : "goes to " + String.join(", then ", open(snapshot, order, nowNanos)) + "\n");
        out.append(String.format(
                Locale.ROOT,
                "%-4s%-20s%10s%12s%14s%12s  %s%n",
                "",
                "region",
                "km",
                "distance ms",
                "inflation ms",
                "cost ms",
                "state"));
        int rank = 1;
        for (Choice c : order) {
            out.append(String.format(
                    Locale.ROOT,
                    "%-4s%-20s%10.0f%12.1f%14.1f%12.1f  %s%n",
                    c.skipped() == null ? rank++ + "." : "-",
                    c.name(),
                    c.distanceKm(),
                    c.geoMillis(),
                    c.inflationMillis(),
                    c.costMillis(),
                    state(c, snapshot.regions().get(c.index()))));
            List<String> ailing = snapshot.regions().get(c.index()).ailingApis(nowNanos);
            if (!ailing.isEmpty()) {
                out.append("      not or less for ")
                        .append(String.join(", ", ailing))
                        .append('\n');
            }
            for (Endpoint node : snapshot.regions().get(c.index()).nodes()) {
                out.append("      ").append(node.id());
                if (node.health() instanceof NodeHealth health) {
                    NodeStatus status = health.status();
                    out.append(' ').append(name(status));
                    out.append(" for ").append(TimeUnit.NANOSECONDS.toSeconds(nowNanos - status.sinceNanos()));
                    out.append(" s: ").append(status.reason()).append(status.refusing() ? "; refuses" : "");
                    if (status.state() == NodeState.RAMP) {
                        out.append(String.format(Locale.ROOT, "; gets %.0f %%", 100 * health.share(nowNanos)));
                    } else if (status.state() == NodeState.DOWN && status.holdNanos() > 0) {
                        out.append("; must be well for ")
                                .append(TimeUnit.NANOSECONDS.toSeconds(status.holdNanos()))
                                .append(" s");
                    }
                }
                out.append('\n');
            }
        }
        return out.toString();
    }

    /** Where the request goes, best first; regions whose nodes are only suspected come last, as they are tried. */
    private static List<String> open(RouterSnapshot snapshot, List<Choice> order, long nowNanos) {
        List<String> names = new ArrayList<>();
        for (Choice c : order) {
            if (c.skipped() == null && !snapshot.regions().get(c.index()).isFull()) {
                names.add(c.name());
            }
        }
        for (Choice c : order) {
            RegionState region = snapshot.regions().get(c.index());
            boolean open = !region.location().gatewayDisabled() && !region.isFull();
            if (c.skipped() != null && open && region.isAlive(nowNanos)) {
                names.add(c.name());
            }
        }
        return names;
    }

    private static String state(Choice choice, RegionState region) {
        String skipped = skipped(choice, region);
        return skipped != null ? "skipped: " + skipped : region.isFull() ? "full" : "usable";
    }

    private static @Nullable String skipped(Choice choice, RegionState region) {
        boolean unmanned = choice.skipped() != null
                && region.nodes().isEmpty()
                && !region.location().gatewayDisabled();
        return unmanned ? "no node" : choice.skipped();
    }

    private static String name(NodeStatus status) {
        return status.state().name().toLowerCase(Locale.ROOT);
    }

    private static String json(
            RouterSnapshot snapshot,
            String client,
            Place place,
            List<Choice> order,
            boolean failStatic,
            long nowNanos) {
        ObjectNode root = Json.MAPPER.createObjectNode();
        root.put("client", client);
        root.put("latitude", place.point().latitude());
        root.put("longitude", place.point().longitude());
        root.put("source", place.source().name().toLowerCase(Locale.ROOT));
        root.put("database", snapshot.locator().database().description());
        root.put("fail_static", failStatic);
        ArrayNode goesTo = root.putArray("goes_to");
        open(snapshot, order, nowNanos).forEach(goesTo::add);
        ArrayNode regions = root.putArray("order");
        for (Choice c : order) {
            RegionState state = snapshot.regions().get(c.index());
            ObjectNode region = regions.addObject();
            region.put("region", c.name());
            region.put("distance_km", c.distanceKm());
            region.put("distance_ms", c.geoMillis());
            region.put("inflation_ms", c.inflationMillis());
            region.put("cost_ms", c.costMillis());
            region.put("usable", c.skipped() == null);
            if (c.skipped() != null) {
                region.put("skipped", skipped(c, state));
            }
            region.put("measured_ms", state.roundTripMillis());
            ArrayNode ailing = region.putArray("ailing_apis");
            state.ailingApis(nowNanos).forEach(ailing::add);
            region.put("requests_in_flight", state.capacity().count());
            region.put("max_requests", state.capacity().bound());
            double rate = state.capacity().perSecond();
            if (!Double.isInfinite(rate)) {
                region.put("max_requests_per_second", Math.round(rate));
            }
            ObjectNode apiRates = region.putObject("max_api_requests_per_second");
            state.apiRates().forEach(apiRates::put);
            ArrayNode nodes = region.putArray("nodes");
            for (Endpoint node : state.nodes()) {
                ObjectNode n = nodes.addObject().put("node", node.id());
                if (node.health() instanceof NodeHealth health) {
                    n.put("state", name(health.status()));
                    n.put("reason", health.status().reason());
                    n.put("refuses", health.status().refusing());
                    n.put("share", health.share(nowNanos));
                    n.put(
                            "hold_down_ms",
                            TimeUnit.NANOSECONDS.toMillis(health.status().holdNanos()));
                }
            }
        }
        return root.toPrettyString();
    }
}
