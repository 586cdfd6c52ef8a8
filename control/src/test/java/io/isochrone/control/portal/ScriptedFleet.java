package io.isochrone.control.portal;

import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.nodes.Fleet;
import io.isochrone.control.nodes.NodeView;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A fleet that says what it is told to say. Thread-safe. */
final class ScriptedFleet implements Fleet {
    static final Instant THEN = Instant.parse("2026-11-25T12:00:00Z");

    final List<NodeView> nodes = new CopyOnWriteArrayList<>();
    volatile List<RegionReport> regions = List.of();
    volatile List<MapPoint> map = List.of();
    volatile @Nullable String refusal;

    static NodeView gateway(String region, int number, NodeView.State state, long version, double requestsPerSecond) {
        return new NodeView(
                region + "-10-0-0-" + number + "-8101",
                NodeView.Kind.GATEWAY,
                region,
                "10.0.0." + number + ":8101",
                state,
                version == 0 ? null : new SnapshotId(1, version),
                null,
                new NodeView.Load(requestsPerSecond, 0, 3, 1.2, 9),
                THEN);
    }

    static NodeView router(int number, long version) {
        return new NodeView(
                "router-10-0-9-" + number,
                NodeView.Kind.ROUTER,
                null,
                "10.0.9." + number + ":8080",
                NodeView.State.SERVING,
                new SnapshotId(1, version),
                null,
                new NodeView.Load(120, 0, 3, 1.2, 9),
                THEN);
    }

    static NodeView refusing(NodeView node, String reason) {
        return new NodeView(
                node.id(),
                node.kind(),
                node.region(),
                node.address(),
                node.state(),
                node.applied(),
                reason,
                node.load(),
                node.seen());
    }

    /** Puts a node in place of the one with the same id, or adds it. */
    void put(NodeView node) {
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).id().equals(node.id())) {
                nodes.set(i, node);
                return;
            }
        }
        nodes.add(node);
    }

    @Override
    public List<NodeView> nodes(String service) {
        return nodes;
    }

    @Override
    public SnapshotId holding(String service, long revision) {
        return new SnapshotId(1, revision);
    }

    @Override
    public @Nullable String refusal(String service) {
        return refusal;
    }

    @Override
    public List<RegionReport> regions(String service) {
        return regions;
    }

    @Override
    public List<MapPoint> map(String service) {
        return map;
    }
}
