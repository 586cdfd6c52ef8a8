package io.isochrone.router.region;

import io.isochrone.config.model.Location;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.balance.EndpointHealth;
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

    /** Whether any node may be used, or is only being asked why it is silent. */
    public boolean isAlive(long nowNanos) {
        for (Endpoint node : nodes) {
            if (node.health().isUsable(nowNanos) || node.health().isSuspect()) {
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

    /** How much is asked of a node's health before it is used. */
    public enum Trust {
        /** Usable, and if it is coming back only for its share. */
        SHARE,
        /** Usable. */
        USABLE,
        /** Usable, or silent and being asked why. */
        SUSPECT,
        /** Whatever its state, unless it refuses connections. */
        DOUBTFUL
    }

    /** A node of {@code trust} that is not in {@code tried}, the next in turn, or null. */
    public @Nullable Endpoint pick(List<Endpoint> tried, Trust trust, long nowNanos) {
        int size = nodes.size();
        int turn = cursor.getAndIncrement();
        int start = size == 0 ? 0 : Math.floorMod(turn, size);
        for (int i = 0; i < size; i++) {
            Endpoint node = nodes.get((start + i) % size);
            if (may(node.health(), trust, turn, nowNanos) && !tried.contains(node)) {
                return node;
            }
        }
        return null;
    }

    private static boolean may(EndpointHealth health, Trust trust, int turn, long nowNanos) {
        return switch (trust) {
            case SHARE -> {
                double share = health.share(nowNanos);
                yield share >= 1 || share > 0 && Spread.of(turn) < share;
            }
            case USABLE -> health.isUsable(nowNanos);
            case SUSPECT -> health.isUsable(nowNanos) || health.isSuspect();
            case DOUBTFUL -> !health.isRefusing();
        };
    }
}
