package io.isochrone.router.region;

import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.Location;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.router.latency.DistanceModel;
import io.isochrone.router.latency.Inflation;
import io.isochrone.router.steering.Candidate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A region as the router knows it now: its nodes with their health, and how far it is measured to be.
 *
 * <p>Thread-safe: round trips are sampled on the prober's one loop; the inflation may be read one sample old.
 */
public final class RegionState {
    private final Location location;
    private final List<Endpoint> nodes;
    private final GeoPoint own;
    private final Inflation inflation = new Inflation();
    private final AtomicInteger cursor = new AtomicInteger();
    private volatile double inflationMillis;
    private volatile double roundTripMillis = -1;

    RegionState(Location location, List<Endpoint> nodes, GeoPoint own) {
        this.location = location;
        this.nodes = List.copyOf(nodes);
        this.own = own;
    }

    /** Takes a measured round trip to one of the nodes. On the prober's loop. */
    void measured(long nanos) {
        double explained = DistanceModel.roundTripMillis(own, location.region().point());
        inflationMillis = inflation.sample(nanos / 1e6, explained);
        roundTripMillis = inflation.averageMillis();
    }

    public String name() {
        return location.region().name();
    }

    public Location location() {
        return location;
    }

    public List<Endpoint> nodes() {
        return nodes;
    }

    /** The smoothed round trip from this router in milliseconds, or -1. */
    public double roundTripMillis() {
        return roundTripMillis;
    }

    /** Whether any node may be used. */
    public boolean isUsable(long nowNanos) {
        for (Endpoint node : nodes) {
            if (node.health().isUsable(nowNanos)) {
                return true;
            }
        }
        return false;
    }

    /** What steering needs to know. */
    public Candidate candidate(long nowNanos) {
        return new Candidate(
                name(), location.region().point(), location.gatewayDisabled(), isUsable(nowNanos), inflationMillis);
    }

    /** A node that is not in {@code tried}, the next in turn; only usable ones unless {@code anyState}. Or null. */
    public @Nullable Endpoint pick(List<Endpoint> tried, boolean anyState, long nowNanos) {
        int size = nodes.size();
        int start = size == 0 ? 0 : Math.floorMod(cursor.getAndIncrement(), size);
        for (int i = 0; i < size; i++) {
            Endpoint node = nodes.get((start + i) % size);
            if (!tried.contains(node) && (anyState || node.health().isUsable(nowNanos))) {
                return node;
            }
        }
        return null;
    }
}
