package io.isochrone.bench.world;

import io.isochrone.bench.load.LoadClient;
import io.isochrone.bench.load.LoadFailure;
import io.isochrone.bench.load.Sample;
import io.isochrone.config.model.Region;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a failover drill showed. Times are nanoseconds after the start of the measured time.
 *
 * <p>Immutable.
 *
 * @param plan what was to happen when
 * @param clients who sent
 * @param victim the region that was killed
 * @param roundTrips the simulated distances
 * @param samples every request
 * @param killedNanos when the region was killed
 * @param restartedNanos when its nodes were started again
 * @param answersNanos when all of them answered their status path
 */
public record FailoverResult(
        FailoverPlan plan,
        List<LoadClient> clients,
        Region victim,
        RoundTrips roundTrips,
        List<Sample> samples,
        long killedNanos,
        long restartedNanos,
        long answersNanos) {
    /** The simulated round trip of a client to a region. */
    @FunctionalInterface
    public interface RoundTrips {
        /** Nanoseconds; {@code client} is an index, {@code region} a canonical name. */
        long nanos(int client, String region);
    }

    /**
     * A part of the measured time.
     *
     * <p>Immutable.
     *
     * @param name what it is called
     * @param requests that were due in it
     * @param failed of these
     * @param failures by cause
     * @param served successful requests by region
     * @param worstNanos highest latency from the due time, failed requests too
     * @param worstAboveNanos the same without the distance to the region that served; successful requests only
     * @param worstAboveTravelNanos the same also without the way that a request had travelled in vain when the region died: it was
     *     lost with it, and no router can give it back
     * @param p99AboveNanos 99 of 100 successful requests stayed at or below this above their distance
     */
    public record Phase(
            String name,
            long requests,
            long failed,
            Map<LoadFailure, Long> failures,
            Map<String, Long> served,
            long worstNanos,
            long worstAboveNanos,
            long worstAboveTravelNanos,
            long p99AboveNanos) {
        public Phase {
            failures = Map.copyOf(failures);
            served = java.util.Collections.unmodifiableMap(new TreeMap<>(served));
        }
    }

    public FailoverResult {
        clients = List.copyOf(clients);
        samples = List.copyOf(samples);
    }

    /** Before the kill, from then until all clients of the region were home, and after; in this order. */
    public List<Phase> phases() {
        long home = answersNanos + homeNanos();
        return List.of(
                phase("before", Long.MIN_VALUE, killedNanos),
                phase("during", killedNanos, home),
                phase("after", home, Long.MAX_VALUE));
    }

    /** The whole measured time. */
    public Phase whole() {
        return phase("all", Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /**
     * From the region's answer until the last request of its own clients that another region served was due; 0 when there was none.
     * Its own clients are those that nobody else served before the kill.
     */
    public long homeNanos() {
        return lastAwayNanos(residents()) - answersNanos;
    }

    /** Whether the region served requests of its own clients, and only it, in the end. */
    public boolean isHome() {
        boolean[] residents = residents();
        long last = lastAwayNanos(residents);
        for (Sample sample : samples) {
            if (sample.dueNanos() > last && residents[sample.client()] && isByVictim(sample)) {
                return true;
            }
        }
        return false;
    }

    private long lastAwayNanos(boolean[] residents) {
        long last = answersNanos;
        for (Sample sample : samples) {
            if (sample.dueNanos() > last
                    && residents[sample.client()]
                    && sample.failure() == null
                    && !isByVictim(sample)) {
                last = sample.dueNanos();
            }
        }
        return last;
    }

    private boolean isByVictim(Sample sample) {
        return victim.name().equals(sample.region());
    }

    /** By client: whether the region, and only it, served it before the kill. */
    private boolean[] residents() {
        boolean[] here = new boolean[clients.size()];
        boolean[] elsewhere = new boolean[clients.size()];
        for (Sample sample : samples) {
            if (sample.failure() == null && sample.dueNanos() + sample.latencyNanos() < killedNanos) {
                (isByVictim(sample) ? here : elsewhere)[sample.client()] = true;
            }
        }
        for (int i = 0; i < here.length; i++) {
            here[i] &= !elsewhere[i];
        }
        return here;
    }

    /** How long a request of one of the region's own clients was under way when the region died; at most the round trip. */
    private long inVainNanos(Sample sample, boolean[] residents) {
        long underWay = killedNanos - sample.dueNanos();
        boolean lost = underWay > 0 && sample.latencyNanos() > underWay && !isByVictim(sample);
        if (!lost || !residents[sample.client()]) {
            return 0;
        }
        return Math.min(underWay, roundTrips.nanos(sample.client(), victim.name()));
    }

    private Phase phase(String name, long from, long to) {
        long failed = 0;
        long worst = 0;
        long worstAboveTravel = 0;
        boolean[] residents = residents();
        List<Long> above = new ArrayList<>();
        Map<LoadFailure, Long> failures = new EnumMap<>(LoadFailure.class);
        Map<String, Long> served = new TreeMap<>();
        long requests = 0;
        for (Sample sample : samples) {
            // A request that was due before the kill and had not ended then is in the kill's hands.
            long due = sample.dueNanos();
            long at = due < killedNanos ? Math.min(due + sample.latencyNanos(), killedNanos) : due;
            if (at < from || at >= to) {
                continue;
            }
            requests++;
            worst = Math.max(worst, sample.latencyNanos());
            String region = sample.region();
            if (sample.failure() != null) {
                failed++;
                failures.merge(sample.failure(), 1L, Long::sum);
            } else if (region != null) {
                served.merge(region, 1L, Long::sum);
                long aboveDistance = sample.latencyNanos() - roundTrips.nanos(sample.client(), region);
                above.add(aboveDistance);
                worstAboveTravel = Math.max(worstAboveTravel, aboveDistance - inVainNanos(sample, residents));
            }
        }
        above.sort(null);
        int last = above.size() - 1;
        return new Phase(
                name,
                requests,
                failed,
                failures,
                served,
                worst,
                last < 0 ? 0 : above.get(last),
                worstAboveTravel,
                last < 0 ? 0 : above.get((int) (last * 0.99)));
    }
}
