package io.isochrone.control.arm;

import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.nodes.Fleet;
import io.isochrone.control.nodes.NodeView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Nodes as a test wants them: of any service, and every revision is published under its own number. Thread-safe. */
final class FakeFleet implements Fleet {
    private final Map<String, NodeView> nodes = new ConcurrentHashMap<>();
    private volatile String refusal;

    void gateway(String id, String region, long applied) {
        put(id, NodeView.Kind.GATEWAY, region, NodeView.State.SERVING, applied, 0);
    }

    void router(String id, long applied) {
        put(id, NodeView.Kind.ROUTER, null, NodeView.State.SERVING, applied, 0);
    }

    void put(String id, NodeView.Kind kind, String region, NodeView.State state, long applied, int inFlight) {
        nodes.put(
                id,
                new NodeView(
                        id,
                        kind,
                        region,
                        "10.0.0.1:8101",
                        state,
                        applied == 0 ? null : new SnapshotId(1, applied),
                        null,
                        new NodeView.Load(inFlight, 0, inFlight, 0, 0),
                        Instant.EPOCH));
    }

    void refuse(String reason) {
        refusal = reason;
    }

    @Override
    public List<NodeView> nodes(String service) {
        return List.copyOf(new TreeMap<>(nodes).values());
    }

    @Override
    public SnapshotId holding(String service, long revision) {
        return refusal == null ? new SnapshotId(1, revision) : null;
    }

    @Override
    public String refusal(String service) {
        return refusal;
    }

    @Override
    public List<RegionReport> regions(String service) {
        return List.of();
    }

    @Override
    public List<MapPoint> map(String service) {
        return List.of();
    }
}
