package io.isochrone.control.clients;

import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.nodes.Fleet;
import io.isochrone.control.nodes.NodeView;
import java.time.Instant;
import java.util.List;

/** A gateway in each of a few regions, which runs at once whatever is stored. Immutable. */
final class FollowingFleet implements Fleet {
    private static final SnapshotId NEWEST = new SnapshotId(1, 1);

    private final List<String> regions;

    FollowingFleet(String... regions) {
        this.regions = List.of(regions);
    }

    @Override
    public List<NodeView> nodes(String service) {
        return regions.stream().map(FollowingFleet::gateway).toList();
    }

    private static NodeView gateway(String region) {
        return new NodeView(
                region + "-1",
                NodeView.Kind.GATEWAY,
                region,
                "127.0.0.1:8101",
                NodeView.State.SERVING,
                NEWEST,
                null,
                NodeView.Load.NONE,
                Instant.now());
    }

    @Override
    public SnapshotId holding(String service, long revision) {
        return NEWEST;
    }

    @Override
    public String refusal(String service) {
        return null;
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
