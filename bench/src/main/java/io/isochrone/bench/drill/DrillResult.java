package io.isochrone.bench.drill;

import io.isochrone.bench.load.LoadClient;
import io.isochrone.bench.load.Sample;
import io.isochrone.config.model.Region;
import java.util.List;

/**
 * What one run of a drill showed. Times are nanoseconds after the start of the measured time.
 *
 * <p>Immutable.
 *
 * @param plan what was to happen
 * @param clients who sent
 * @param victims the regions that were hit; none when the router was
 * @param roundTrips the simulated distances
 * @param samples every request
 * @param faultNanos when the fault began
 * @param healNanos when its end was asked for
 * @param answersNanos when all that was hit answered again
 * @param executedTwice how many requests that may not be repeated backends executed more than once
 * @param meters what the router counted, once a second; empty when a peer routed
 */
public record DrillResult(
        DrillPlan plan,
        List<LoadClient> clients,
        List<Region> victims,
        RoundTrips roundTrips,
        List<Sample> samples,
        long faultNanos,
        long healNanos,
        long answersNanos,
        long executedTwice,
        List<Meter> meters) {
    /** The simulated round trip of a client to a region. */
    @FunctionalInterface
    public interface RoundTrips {
        /** Nanoseconds; {@code client} is an index, {@code region} a canonical name. */
        long nanos(int client, String region);
    }

    /** What the router had counted by then. Immutable. */
    public record Meter(long nanos, long requests, long attempts) {}

    public DrillResult {
        clients = List.copyOf(clients);
        victims = List.copyOf(victims);
        samples = List.copyOf(samples);
        meters = List.copyOf(meters);
    }

    /** Whether a region is among those that were hit. */
    public boolean isVictim(String region) {
        for (Region victim : victims) {
            if (victim.name().equals(region)) {
                return true;
            }
        }
        return false;
    }
}
