package io.isochrone.router.region;

import io.isochrone.config.model.Location;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.balance.EndpointHealth;
import io.isochrone.router.steering.Candidate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A region as the router knows it now: its nodes with their health, and how far it is measured to be.
 *
 * <p>Thread-safe: every event loop moves the turn; health, latency and capacity say themselves who writes.
 */
public final class RegionState {
    static final int TRICKLE_PER_SECOND = 20;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final Location location;
    private final List<Endpoint> nodes;
    private final MeasuredLatency latency;
    private final RegionCapacity capacity;
    private final Map<String, ApiHealth> apis;
    private final Outliers outliers;
    private final AtomicInteger cursor = new AtomicInteger();
    private final AtomicLong trickleNanos = new AtomicLong(Long.MIN_VALUE / 2);

    /** @param apis the health of each API here, by name; those that are not among them are always well */
    RegionState(
            Location location,
            List<Endpoint> nodes,
            MeasuredLatency latency,
            RegionCapacity capacity,
            Map<String, ApiHealth> apis) {
        this.apis = Map.copyOf(apis);
        this.location = location;
        this.nodes = List.copyOf(nodes);
        this.outliers = new Outliers(this.nodes);
        this.latency = latency;
        this.capacity = capacity;
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

    /** How many requests to the region are and may be under way from this router. */
    public RegionCapacity capacity() {
        return capacity;
    }

    /** A node of the region answered badly. */
    public void answeredBadly(Endpoint node, long nowNanos) {
        node.health().answeredBadly();
        outliers.look(nowNanos);
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

    /** Whether as many requests are under way as there may be: then the next nearest region is asked. */
    public boolean isFull() {
        return capacity.isFull();
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

    /** The health of an API here, or null when it is not watched. */
    public @Nullable ApiHealth api(@Nullable String name) {
        return name == null ? null : apis.get(name);
    }

    /** The names of the APIs that get less than everything here. */
    public List<String> ailingApis(long nowNanos) {
        return apis.entrySet().stream()
                .filter(api -> api.getValue().share(nowNanos) < 1)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** The health of every API that is watched here, by name. */
    public Map<String, ApiHealth> apis() {
        return apis;
    }

    /** How many requests a second the region is believed to bear of each API that it was too much for, by name. */
    public Map<String, Long> apiRates() {
        Map<String, Long> rates = new TreeMap<>();
        apis.forEach((api, health) -> {
            double rate = health.rate().perSecond();
            if (!Double.isInfinite(rate)) {
                rates.put(api, Math.round(rate));
            }
        });
        return rates;
    }

    /** How much is asked of a node's health before it is used. */
    public enum Trust {
        /** Usable, and neither node nor API are coming back. */
        WELL,
        /** Usable, and if node or API are coming back only for their share. */
        SHARE,
        /** Usable, and the API is not out. */
        USABLE,
        /** Usable. */
        ANY_API,
        /** Usable, or silent and being asked why. */
        SUSPECT,
        /** Whatever its state, unless it refuses connections. */
        DOUBTFUL
    }

    /** A node of {@code trust} that is not in {@code tried}, the next in turn, for a request of the API, or null. */
    public @Nullable Endpoint pick(List<Endpoint> tried, @Nullable ApiHealth api, Trust trust, long nowNanos) {
        int size = nodes.size();
        int turn = cursor.getAndIncrement();
        if (api != null && !may(api.share(nowNanos), trust, turn, nowNanos)) {
            return null;
        }
        int start = size == 0 ? 0 : Math.floorMod(turn, size);
        for (int i = 0; i < size; i++) {
            Endpoint node = nodes.get((start + i) % size);
            if (may(node.health(), trust, turn, nowNanos) && !tried.contains(node)) {
                return node;
            }
        }
        return null;
    }

    private boolean may(double share, Trust trust, int turn, long nowNanos) {
        return switch (trust) {
            case WELL -> share >= 1;
            case SHARE -> isDue(share, turn, nowNanos);
            case USABLE -> share > 0;
            case ANY_API, SUSPECT, DOUBTFUL -> true;
        };
    }

    private boolean may(EndpointHealth health, Trust trust, int turn, long nowNanos) {
        return switch (trust) {
            case WELL -> health.isUsable(nowNanos) && health.share(nowNanos) >= 1;
            case SHARE -> isDue(health.share(nowNanos), turn, nowNanos);
            case USABLE, ANY_API -> health.isUsable(nowNanos);
            case SUSPECT -> health.isUsable(nowNanos) || health.isSuspect();
            case DOUBTFUL -> !health.isRefusing();
        };
    }

    /**
     * Whether a turn falls into the share; and {@value #TRICKLE_PER_SECOND} a second always do, for where traffic is low there is no burst to fear, and nobody
     * should wait for home.
     */
    private boolean isDue(double share, int turn, long nowNanos) {
        if (share >= 1 || share <= 0) {
            return share > 0;
        }
        if (Spread.of(turn) < share) {
            return true;
        }
        long due = trickleNanos.get();
        return nowNanos - due >= 0 && trickleNanos.compareAndSet(due, nowNanos + NANOS_PER_SECOND / TRICKLE_PER_SECOND);
    }
}
