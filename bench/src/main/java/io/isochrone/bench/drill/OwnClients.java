package io.isochrone.bench.drill;

import io.isochrone.bench.load.Sample;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The clients of the regions that were hit, which are those whom only these served before, and who serves them when.
 *
 * <p>Immutable. {@code own[i]} is whether client i is one.
 */
final class OwnClients {
    private static final double FULL_SHARE = 0.95;

    private final DrillResult result;
    private final boolean[] own;

    OwnClients(DrillResult result) {
        this.result = result;
        this.own = find(result);
    }

    /** By client: whether the regions that were hit, and only they, served it before. */
    private static boolean[] find(DrillResult result) {
        boolean[] here = new boolean[result.clients().size()];
        boolean[] elsewhere = new boolean[here.length];
        for (Sample sample : result.samples()) {
            if (sample.failure() == null && sample.dueNanos() + sample.latencyNanos() < result.faultNanos()) {
                (isServedByVictim(result, sample) ? here : elsewhere)[sample.client()] = true;
            }
        }
        for (int i = 0; i < here.length; i++) {
            here[i] &= !elsewhere[i];
        }
        return here;
    }

    private static boolean isServedByVictim(DrillResult result, Sample sample) {
        String region = sample.region();
        return region != null && result.isVictim(region);
    }

    /** Whether a region that was hit answered. */
    boolean isServedByVictim(Sample sample) {
        return isServedByVictim(result, sample);
    }

    /** Whether one of these clients sent it. */
    boolean contains(Sample sample) {
        return own[sample.client()];
    }

    /** How often the region changed that serves most requests of the clients that were hit, from window to window. */
    int moves() {
        TreeMap<Long, Map<String, Integer>> windows = new TreeMap<>();
        for (Sample sample : result.samples()) {
            String region = sample.region();
            if (sample.failure() == null && region != null && contains(sample)) {
                windows.computeIfAbsent(sample.dueNanos() / DrillFigures.WINDOW_NANOS, unused -> new HashMap<>())
                        .merge(region, 1, Integer::sum);
            }
        }
        int moves = 0;
        String before = null;
        for (Map<String, Integer> window : windows.values()) {
            String most = most(window);
            moves += before != null && !before.equals(most) ? 1 : 0;
            before = most;
        }
        return moves;
    }

    private static String most(Map<String, Integer> window) {
        String best = "";
        for (Map.Entry<String, Integer> entry : new TreeMap<>(window).entrySet()) {
            if (entry.getValue() > window.getOrDefault(best, 0)) {
                best = entry.getKey();
            }
        }
        return best;
    }

    /** From the answers until the first request of its own clients that was due then and that the region served; -1: none. */
    long homeFirstNanos() {
        long first = Long.MAX_VALUE;
        for (Sample sample : result.samples()) {
            if (sample.dueNanos() >= result.answersNanos()
                    && sample.failure() == null
                    && contains(sample)
                    && isServedByVictim(sample)) {
                first = Math.min(first, sample.dueNanos());
            }
        }
        return first == Long.MAX_VALUE ? -1 : first - result.answersNanos();
    }

    /** From the answers until the windows begin in all of which the region served 95 % of its own clients; -1: there are none. */
    long homeFullNanos() {
        long from = result.answersNanos();
        long full = from;
        boolean any = false;
        for (long window = from;
                window + DrillFigures.WINDOW_NANOS
                        <= result.plan().times().duration().toNanos();
                window += DrillFigures.WINDOW_NANOS) {
            double share = homeShare(window, window + DrillFigures.WINDOW_NANOS);
            if (share < FULL_SHARE) {
                full = window + DrillFigures.WINDOW_NANOS;
            }
            any = share >= FULL_SHARE;
        }
        return any ? full - from : -1;
    }

    private double homeShare(long from, long to) {
        long all = 0;
        long home = 0;
        for (Sample sample : result.samples()) {
            if (contains(sample) && sample.dueNanos() >= from && sample.dueNanos() < to) {
                all++;
                home += sample.failure() == null && isServedByVictim(sample) ? 1 : 0;
            }
        }
        return all == 0 ? 1 : (double) home / all;
    }
}
