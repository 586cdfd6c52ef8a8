package io.isochrone.control.nodes;

import io.isochrone.config.model.HostPort;
import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.publish.Doc;
import io.isochrone.control.publish.NodeFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a node says of itself in a poll or a report. Fields that are not known are passed over, so that a newer node can speak to an
 * older control plane; everything else is checked.
 *
 * <p>Immutable.
 *
 * @param id unique in its service
 * @param kind gateway or router
 * @param region canonical name of a gateway's region; null for routers
 * @param address {@code host:port}
 * @param software its version
 * @param state as it says
 * @param have what it runs; null: nothing from a control plane
 * @param checksum of what it runs; null: not said
 * @param refused what it refused last; null: nothing
 * @param reason why it refused; null: it did not
 * @param load null in polls
 * @param regions what a router says of regions
 * @param map what a router says of the world
 */
record NodeWord(
        String id,
        NodeView.Kind kind,
        @Nullable String region,
        String address,
        String software,
        NodeFacts.Condition state,
        @Nullable SnapshotId have,
        @Nullable String checksum,
        @Nullable SnapshotId refused,
        @Nullable String reason,
        NodeView.@Nullable Load load,
        List<Fleet.RegionReport> regions,
        List<Fleet.MapPoint> map) {
    /** Most characters of a reason that are kept. */
    static final int MAX_REASON = 2_000;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern REGION = Pattern.compile("[a-z0-9][a-z0-9-]{0,49}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final long MAX_NUMBER = 1L << 53;
    private static final double MAX_RATE = 1e9;

    NodeWord {
        regions = List.copyOf(regions);
        map = List.copyOf(map);
    }

    /** Reads it; throws {@link io.isochrone.control.publish.UnpublishableException} with the path of what is wrong. */
    static NodeWord read(Doc doc) {
        String id = doc.at("node").text(128);
        if (!ID.matcher(id).matches()) {
            throw doc.at("node").wrong("letters, digits, dots, dashes and underscores, at most 128");
        }
        NodeView.Kind kind = switch (doc.at("kind").text(20)) {
            case "gateway" -> NodeView.Kind.GATEWAY;
            case "router" -> NodeView.Kind.ROUTER;
            default -> throw doc.at("kind").wrong("gateway or router");
        };
        NodeFacts.Condition state = switch (doc.at("state").text(20)) {
            case "starting" -> NodeFacts.Condition.STARTING;
            case "serving" -> NodeFacts.Condition.SERVING;
            case "draining" -> NodeFacts.Condition.DRAINING;
            default -> throw doc.at("state").wrong("starting, serving or draining");
        };
        Doc have = doc.at("have");
        Doc refused = doc.at("refused");
        Doc load = doc.at("load");
        String checksum = have.at("checksum").optionalText(64);
        if (checksum != null && !SHA256.matcher(checksum).matches()) {
            throw have.at("checksum").wrong("a SHA-256 in hex");
        }
        return new NodeWord(
                id.toLowerCase(Locale.ROOT),
                kind,
                kind == NodeView.Kind.ROUTER ? null : region(doc.at("region")),
                address(doc.at("address")),
                doc.at("software").text(80),
                state,
                have.isThere() ? snapshot(have) : null,
                checksum,
                refused.isThere() ? snapshot(refused) : null,
                refused.isThere() ? reason(refused.at("reason")) : null,
                load.isThere() ? load(load) : null,
                regions(doc.at("regions")),
                map(doc.at("map")));
    }

    private static String region(Doc at) {
        String region = at.text(50);
        if (!REGION.matcher(region).matches()) {
            throw at.wrong("a region's canonical name, such as westeurope");
        }
        return region;
    }

    private static String address(Doc at) {
        String address = at.text(300);
        try {
            HostPort parsed = HostPort.parse(address);
            if (parsed.port() == 0) {
                throw at.wrong("a port from 1");
            }
            return parsed.toString();
        } catch (IllegalArgumentException e) {
            throw at.wrong("HOST:PORT or [IPV6]:PORT");
        }
    }

    private static SnapshotId snapshot(Doc at) {
        return new SnapshotId(
                at.at("epoch").number(1, MAX_NUMBER), at.at("version").number(1, MAX_NUMBER));
    }

    private static String reason(Doc at) {
        String reason = at.anyText(1 << 20).replaceAll("\\p{Cntrl}", " ").strip();
        return reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON) + "…";
    }

    private static NodeView.Load load(Doc at) {
        return new NodeView.Load(
                at.at("requestsPerSecond").decimal(0, MAX_RATE, 0),
                at.at("errorsPerSecond").decimal(0, MAX_RATE, 0),
                at.at("inFlight").isThere() ? (int) at.at("inFlight").number(0, Integer.MAX_VALUE) : 0,
                at.at("p50Millis").decimal(0, MAX_RATE, 0),
                at.at("p99Millis").decimal(0, MAX_RATE, 0));
    }

    private static List<Fleet.RegionReport> regions(Doc at) {
        List<Fleet.RegionReport> regions = new ArrayList<>();
        for (Doc each : at.items(200)) {
            regions.add(new Fleet.RegionReport(
                    region(each.at("region")),
                    each.at("state").text(40),
                    each.at("requestsPerSecond").decimal(0, MAX_RATE, 0),
                    each.at("latencyMillis").decimal(-1, MAX_RATE, -1)));
        }
        return regions;
    }

    private static List<Fleet.MapPoint> map(Doc at) {
        List<Fleet.MapPoint> map = new ArrayList<>();
        for (Doc each : at.items(5_000)) {
            map.add(new Fleet.MapPoint(
                    each.at("latitude").decimal(-90, 90, 0),
                    each.at("longitude").decimal(-180, 180, 0),
                    region(each.at("region"))));
        }
        return map;
    }
}
