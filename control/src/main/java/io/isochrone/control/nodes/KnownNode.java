package io.isochrone.control.nodes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.publish.NodeFacts;
import io.isochrone.control.publish.NodeFacts.Traffic;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A node and what was heard of it so far. Not thread-safe; confined to its {@link NodeBook}. */
final class KnownNode {
    /** Half of what a node carried counts as usual for this long. */
    private static final double HALF_LIFE_SECONDS = 60;

    private static final double MAX_PERIOD_SECONDS = 4;

    NodeWord word;
    long heardNanos;
    Instant seen;
    NodeView.Load load = NodeView.Load.NONE;
    List<Fleet.RegionReport> regions = List.of();
    List<Fleet.MapPoint> map = List.of();
    /** Whether this replica was spoken to, or another one that wrote it down. */
    boolean direct;
    /** Of the store's entry when it was read last; 0: never. */
    long storedRevision;

    private long loadNanos;
    private Traffic total = Traffic.NONE;
    private Traffic usual = Traffic.NONE;

    KnownNode(NodeWord word, long nowNanos, Instant seen) {
        this.word = word;
        heardNanos = nowNanos;
        loadNanos = nowNanos;
        this.seen = seen;
    }

    /** Takes what it says now; returns whether anything but its load changed. */
    boolean hear(NodeWord now, long nowNanos, Instant at) {
        NodeWord before = word;
        word = now;
        heardNanos = nowNanos;
        seen = at;
        if (now.load() != null) {
            double seconds = Math.min(MAX_PERIOD_SECONDS, (nowNanos - loadNanos) / 1e9);
            loadNanos = nowNanos;
            double requests = now.load().requestsPerSecond() * seconds;
            double errors = now.load().errorsPerSecond() * seconds;
            double kept = Math.pow(0.5, seconds / HALF_LIFE_SECONDS);
            total = new Traffic(total.requests() + requests, total.errors() + errors);
            usual = new Traffic(usual.requests() * kept + requests, usual.errors() * kept + errors);
            load = now.load();
            regions = now.regions();
            map = now.map();
        }
        return !same(before, now);
    }

    private static boolean same(NodeWord one, NodeWord other) {
        return one.kind() == other.kind()
                && Objects.equals(one.region(), other.region())
                && one.address().equals(other.address())
                && one.software().equals(other.software())
                && one.state() == other.state()
                && Objects.equals(one.have(), other.have())
                && Objects.equals(one.refused(), other.refused());
    }

    NodeFacts facts(long nowNanos) {
        return new NodeFacts(
                word.id(),
                word.kind() == NodeView.Kind.GATEWAY,
                word.region(),
                word.address(),
                word.state(),
                Math.max(0, nowNanos - heardNanos),
                word.have(),
                word.refused(),
                word.reason(),
                load.requestsPerSecond(),
                total,
                usual);
    }

    NodeView view(long nowNanos) {
        NodeView.State state = nowNanos - heardNanos >= NodeFacts.LOST_NANOS
                ? NodeView.State.LOST
                : NodeView.State.valueOf(word.state().name());
        return new NodeView(
                word.id(), word.kind(), word.region(), word.address(), state, word.have(), word.reason(), load, seen);
    }

    /** As the store keeps it: what the node would say in a report, and who wrote it down. */
    String text(String replica) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("by", replica)
                .put("seen", seen.toString())
                .put("node", word.id())
                .put("kind", word.kind().name().toLowerCase(Locale.ROOT))
                .put("region", word.region())
                .put("address", word.address())
                .put("software", word.software())
                .put("state", word.state().name().toLowerCase(Locale.ROOT));
        SnapshotId have = word.have();
        if (have != null) {
            ObjectNode on = id(json.putObject("have"), have);
            if (word.checksum() != null) {
                on.put("checksum", word.checksum());
            }
        }
        SnapshotId refused = word.refused();
        if (refused != null) {
            id(json.putObject("refused"), refused).put("reason", word.reason());
        }
        load(json.putObject("load"), load);
        if (!regions.isEmpty()) {
            ArrayNode list = json.putArray("regions");
            regions.forEach(each -> list.addObject()
                    .put("region", each.region())
                    .put("state", each.state())
                    .put("requestsPerSecond", each.requestsPerSecond())
                    .put("latencyMillis", each.latencyMillis()));
        }
        return json.toString();
    }

    static ObjectNode id(ObjectNode json, SnapshotId id) {
        return json.put("epoch", id.epoch()).put("version", id.version());
    }

    static void load(ObjectNode json, NodeView.Load load) {
        json.put("requestsPerSecond", load.requestsPerSecond())
                .put("errorsPerSecond", load.errorsPerSecond())
                .put("inFlight", load.inFlight())
                .put("p50Millis", load.p50Millis())
                .put("p99Millis", load.p99Millis());
    }

    /** Whether it spoke to this replica within {@code nanos}. */
    boolean isDirect(long nowNanos, long nanos) {
        return direct && nowNanos - heardNanos < nanos;
    }

    @Nullable
    SnapshotId have() {
        return word.have();
    }
}
