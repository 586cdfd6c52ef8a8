package io.isochrone.control.nodes;

import io.isochrone.config.wire.SnapshotId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the rest of the control plane asks about nodes and what is published to them. Thread-safe. */
public interface Fleet {
    /** The nodes of a service by its name, in order of id; those lost long ago are forgotten. */
    List<NodeView> nodes(String service);

    /**
     * The first snapshot that holds what the store had at {@code revision}, or null while there is none: not published yet, or
     * refused by the check before publishing. A node whose {@code applied} is not lower runs it. APIs go out in stages and do not
     * count: the snapshot may still hold those of before.
     */
    @Nullable
    SnapshotId holding(String service, long revision);

    /** Why what the store has now is not published; null when it is, or is about to be. */
    @Nullable
    String refusal(String service);

    /** What routers said last of a service's regions; empty without routers. */
    List<RegionReport> regions(String service);

    /** Which region serves each part of the world now, as routers said last; empty without routers. */
    List<MapPoint> map(String service);

    /**
     * A region as routers see it, their traffic added up and their worst view of its state.
     *
     * @param region canonical name
     * @param state such as {@code healthy}
     * @param requestsPerSecond sent there
     * @param latencyMillis median; -1: not measured yet
     */
    record RegionReport(String region, String state, double requestsPerSecond, double latencyMillis) {}

    /**
     * Where calls from one place go.
     *
     * @param latitude degrees
     * @param longitude degrees
     * @param region canonical name
     */
    record MapPoint(double latitude, double longitude, String region) {}
}
