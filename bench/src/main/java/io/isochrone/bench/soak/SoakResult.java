package io.isochrone.bench.soak;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a soak found. Immutable.
 *
 * @param began when
 * @param counts by kind and verdict; only those that occurred
 * @param samples of every node, once a second while the load ran
 * @param idle each node before the load, warm, with all idle connections open
 * @param after each node after the load, with the idle connections still open
 * @param bad the first requests that ended as none may
 */
public record SoakResult(
        SoakPlan plan,
        Instant began,
        Map<Kind, Map<Verdict, Long>> counts,
        List<Sample> samples,
        List<Sample> idle,
        List<Sample> after,
        List<Check> checks,
        List<String> bad) {
    public SoakResult {
        counts = Map.copyOf(counts);
        samples = List.copyOf(samples);
        idle = List.copyOf(idle);
        after = List.copyOf(after);
        checks = List.copyOf(checks);
        bad = List.copyOf(bad);
    }

    static Map<Kind, Map<Verdict, Long>> counts(SoakTally tally) {
        Map<Kind, Map<Verdict, Long>> all = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            Map<Verdict, Long> row = new EnumMap<>(Verdict.class);
            for (Verdict verdict : Verdict.values()) {
                if (tally.of(kind, verdict) > 0) {
                    row.put(verdict, tally.of(kind, verdict));
                }
            }
            all.put(kind, row);
        }
        return all;
    }

    /** Whether no check is missed. */
    public boolean isGood() {
        return checks.stream().noneMatch(check -> Boolean.FALSE.equals(check.met()));
    }
}
