package io.isochrone.control;

import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.nodes.Fleet;
import io.isochrone.control.nodes.NodeView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A fleet of no nodes, to which nothing is published. Immutable. */
final class NoNodes implements Fleet {
    @Override
    public List<NodeView> nodes(String service) {
        return List.of();
    }

    @Override
    public @Nullable SnapshotId holding(String service, long revision) {
        return null;
    }

    @Override
    public @Nullable String refusal(String service) {
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
