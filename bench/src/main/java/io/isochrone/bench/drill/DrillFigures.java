package io.isochrone.bench.drill;

import io.isochrone.bench.drill.DrillResult.Meter;
import io.isochrone.bench.load.LoadFailure;
import io.isochrone.bench.load.Sample;
import io.isochrone.bench.world.WorldPlan;
import io.isochrone.config.model.Region;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The arithmetic of one run of a drill. Latency <em>above distance</em> is latency without the simulated round trip between the client and the region that served it; a failed
 * request's counts whole. <em>Normal</em> is what ended before the fault. What had not ended when the fault began is in the fault's hands.
 *
 * <p>Immutable.
 */
public final class DrillFigures {
    /** Latencies above distance over this are counted. */
    public static final long SLOW_NANOS = 50_000_000;

    /** The length of the windows by which moves of traffic and returns to normal are seen. */
    public static final long WINDOW_NANOS = 500_000_000;

    /** A window is normal whose 99th percentile is at most twice the normal one and this; it is what the machine takes for itself. */
    static final long TOLERANCE_NANOS = 5_000_000;

    private final DrillResult result;
    private final Map<LoadFailure, Long> failures = new EnumMap<>(LoadFailure.class);
    private final OwnClients own;
    private final long[] above;
    private final long normalP99;
    private long failed;
    private long worst;
    private long worstAboveTravel;
    private long slow;

    public DrillFigures(DrillResult result) {
        this.result = result;
        this.own = new OwnClients(result);
        this.above = result.samples().stream().mapToLong(this::aboveNanos).toArray();
        this.normalP99 = percentile(0.99, Long.MIN_VALUE, result.faultNanos(), true);
        for (int i = 0; i < above.length; i++) {
            count(result.samples().get(i), above[i]);
        }
    }

    private void count(Sample sample, long nanos) {
        LoadFailure failure = sample.failure();
        if (failure != null) {
            failed++;
            failures.merge(failure, 1L, Long::sum);
        }
        if (!isHit(sample)) {
            return;
        }
        worst = Math.max(worst, nanos);
        worstAboveTravel = Math.max(worstAboveTravel, nanos - inVainNanos(sample));
        slow += nanos > SLOW_NANOS ? 1 : 0;
    }

    private boolean isHit(Sample sample) {
        return sample.dueNanos() + sample.latencyNanos() >= result.faultNanos();
    }

    /** The latency above distance of one request, or its whole latency when no region served it. */
    public long aboveNanos(Sample sample) {
        String region = sample.region();
        if (sample.failure() != null || region == null) {
            return sample.latencyNanos();
        }
        return sample.latencyNanos() - result.roundTrips().nanos(sample.client(), region);
    }

    /** How long a request was under way to a region that was hit when that happened, at most the round trip: lost with it, and no router can give it back. */
    private long inVainNanos(Sample sample) {
        long underWay = result.faultNanos() - sample.dueNanos();
        boolean lost = underWay > 0 && sample.latencyNanos() > underWay && !own.isServedByVictim(sample);
        if (!lost || !own.contains(sample) || sample.failure() != null) {
            return 0;
        }
        long longest = 0;
        for (Region victim : result.victims()) {
            longest = Math.max(longest, result.roundTrips().nanos(sample.client(), victim.name()));
        }
        return Math.min(underWay, longest);
    }

    /** All requests. */
    public long requests() {
        return result.samples().size();
    }

    /** How many failed: an answer from 400 on, none, or half of one. */
    public long failed() {
        return failed;
    }

    /** How many failed by cause. */
    public Map<LoadFailure, Long> failures() {
        return Map.copyOf(failures);
    }

    /** The highest latency above distance from the fault on. */
    public long worstNanos() {
        return worst;
    }

    /** The same without the way that a request had gone in vain when the fault began. */
    public long worstAboveTravelNanos() {
        return worstAboveTravel;
    }

    /** How many requests were more than 50 ms above distance from the fault on. */
    public long slow() {
        return slow;
    }

    public long executedTwice() {
        return result.executedTwice();
    }

    /** The 99th percentile above distance before the fault. */
    public long normalP99Nanos() {
        return normalP99;
    }

    /** The 99th percentile above distance of the requests that were served and due while the fault lasted. */
    public long admittedP99Nanos() {
        return percentile(0.99, result.faultNanos(), result.healNanos(), false);
    }

    private long percentile(double share, long from, long to, boolean ended) {
        long[] all = new long[result.samples().size()];
        int count = 0;
        for (int i = 0; i < above.length; i++) {
            Sample sample = result.samples().get(i);
            long at = sample.dueNanos() + (ended ? sample.latencyNanos() : 0);
            if (sample.failure() == null && at >= from && at < to) {
                all[count++] = above[i];
            }
        }
        Arrays.sort(all, 0, count);
        return count == 0 ? 0 : all[(int) ((count - 1) * share)];
    }

    private boolean isNormal(long from) {
        long limit = 2 * normalP99 + TOLERANCE_NANOS;
        return percentile(0.99, from, from + WINDOW_NANOS, false) <= limit;
    }

    /** From the fault until the end of the last window before the healing that was not normal; 0 when all were. */
    public long backToNormalNanos() {
        return lastOddNanos(result.faultNanos(), result.healNanos(), false) - result.faultNanos();
    }

    /** From the answers after the healing until the end of the last window that was not normal or in which a request failed; 0 when all were well, -1 when there was none. */
    public long recoveryNanos() {
        if (result.answersNanos() + WINDOW_NANOS > durationNanos()) {
            return -1;
        }
        return lastOddNanos(result.answersNanos(), durationNanos(), true) - result.answersNanos();
    }

    private long lastOddNanos(long from, long to, boolean failuresCount) {
        long last = from;
        for (long window = from; window + WINDOW_NANOS <= to; window += WINDOW_NANOS) {
            if (!isNormal(window) || failuresCount && failedBetween(window, window + WINDOW_NANOS) > 0) {
                last = window + WINDOW_NANOS;
            }
        }
        return last;
    }

    /** How many of the requests that were due in that time failed. */
    public long failedBetween(long from, long to) {
        return result.samples().stream()
                .filter(sample -> sample.failure() != null && sample.dueNanos() >= from && sample.dueNanos() < to)
                .count();
    }

    /** From the fault until the last request that failed was due; -1 when none did. */
    public long lastFailureNanos() {
        long last = -1;
        for (Sample sample : result.samples()) {
            if (sample.failure() != null) {
                last = Math.max(last, Math.max(0, sample.dueNanos() - result.faultNanos()));
            }
        }
        return last;
    }

    /** How many failed that were due more than 100 ms after the fault, or whose answer does not say that they may have been processed. */
    public long failedWithoutReason() {
        long late = result.faultNanos() + 100_000_000;
        return result.samples().stream()
                .filter(sample -> sample.failure() != null
                        && (sample.failure() != LoadFailure.AMBIGUOUS || sample.dueNanos() > late))
                .count();
    }

    /** How often another region than in the window before served most requests of the clients that were hit. */
    public int moves() {
        return own.moves();
    }

    /** From the answers until the first request of its own clients that was due then and that the region served; -1: none. */
    public long homeFirstNanos() {
        return own.homeFirstNanos();
    }

    /** From the answers until the windows begin in all of which the region served 95 % of its own clients; -1: there are none. */
    public long homeFullNanos() {
        return own.homeFullNanos();
    }

    /** The share of the answers that were 503. */
    public double unavailableShare() {
        return requests() == 0 ? 0 : (double) unavailable().length / requests();
    }

    /** The 99th percentile of the latencies of answers 503; 0 when there were none. */
    public long shedP99Nanos() {
        long[] all = unavailable();
        Arrays.sort(all);
        return all.length == 0 ? 0 : all[(int) ((all.length - 1) * 0.99)];
    }

    private long[] unavailable() {
        return result.samples().stream()
                .filter(sample -> sample.status() == 503)
                .mapToLong(Sample::latencyNanos)
                .toArray();
    }

    /** Answers per second that served a request, whenever it was due, from a second after the fault until the healing. */
    public double servedPerSecond() {
        long from = result.faultNanos() + 1_000_000_000L;
        long to = Math.max(from + 1, result.healNanos());
        long served = result.samples().stream()
                .filter(sample -> sample.failure() == null
                        && sample.dueNanos() + sample.latencyNanos() >= from
                        && sample.dueNanos() + sample.latencyNanos() < to)
                .count();
        return served * 1e9 / (to - from);
    }

    /** What the backends that were left could serve per second, or what was due if that is less. */
    public double capacityPerSecond() {
        return result.plan().capacity(WorldPlan.units(result.victims()));
    }

    /** Attempts of the router for each request, over the whole measured time; not a number when nobody counted. */
    public double attemptsPerRequest() {
        List<Meter> meters = result.meters();
        if (meters.size() < 2) {
            return Double.NaN;
        }
        Meter first = meters.get(0);
        Meter last = meters.get(meters.size() - 1);
        return (double) (last.attempts() - first.attempts()) / Math.max(1, last.requests() - first.requests());
    }

    private long durationNanos() {
        return result.plan().times().duration().toNanos();
    }

    /** What was measured. */
    public DrillResult result() {
        return result;
    }
}
