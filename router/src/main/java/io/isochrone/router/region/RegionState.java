package io.isochrone.router.region;

import io.isochrone.config.model.Location;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.router.steering.Candidate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A region as the router knows it now: its nodes with their health, and how far it is measured to be.
 *
 * <p>Thread-safe: every event loop moves the turn; health and latency say themselves who writes.
 */
public final class RegionState {
    private final Location location;
    private final List<Endpoint> nodes;
    private final MeasuredLatency latency;
    private final AtomicInteger cursor = new AtomicInteger();

    RegionState(Location location, List<Endpoint> nodes, MeasuredLatency latency) {
        this.location = location;
        this.nodes = List.copyOf(nodes);
        this.latency = latency;
    }

    MeasuredLatency latency() {
        return latency;
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
        return latency.roundTripMillis();
    }

    /** How much slower than its distance the region is measured, in milliseconds. */
    public double inflationMillis() {
        return latency.inflationMillis();
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
                name(),
                location.region().point(),
                location.gatewayDisabled(),
                isUsable(nowNanos),
                latency.inflationMillis());
    }

    /** A usable node that is not in {@code tried}, the next in turn, or null. */
    public @Nullable Endpoint pick(List<Endpoint> tried, long nowNanos) {
        return pick(tried, false, nowNanos);
    }

    /** Like {@link #pick}, in whatever state unless the node refuses connections: for when no node anywhere is usable. */
    public @Nullable Endpoint pickDoubtful(List<Endpoint> tried, long nowNanos) {
        return pick(tried, true, nowNanos);
    }

    private @Nullable Endpoint pick(List<Endpoint> tried, boolean doubtful, long nowNanos) {
        int size = nodes.size();
        int start = size == 0 ? 0 : Math.floorMod(cursor.getAndIncrement(), size);
        for (int i = 0; i < size; i++) {
            Endpoint node = nodes.get((start + i) % size);
            boolean may = doubtful ? !node.health().isRefusing() : node.health().isUsable(nowNanos);
            if (may && !tried.contains(node)) {
                return node;
            }
        }
        return null;
    }
}
