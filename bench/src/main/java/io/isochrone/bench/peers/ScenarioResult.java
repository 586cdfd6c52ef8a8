package io.isochrone.bench.peers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a scenario showed.
 *
 * <p>Immutable.
 *
 * @param runs of each subject (a peer's word, or {@code one-hop}), in the order of time, those that do not count too
 * @param missing why a subject was not measured, by subject
 * @param notes what a reader of the figures should know
 * @param skipped why nothing was measured at all, or null
 */
public record ScenarioResult(
        Scenario scenario,
        Map<String, List<Run>> runs,
        Map<String, String> missing,
        List<String> notes,
        @Nullable String skipped) {
    public ScenarioResult {
        Map<String, List<Run>> copy = new LinkedHashMap<>();
        runs.forEach((subject, each) -> copy.put(subject, List.copyOf(each)));
        runs = Collections.unmodifiableMap(copy);
        missing = Collections.unmodifiableMap(new LinkedHashMap<>(missing));
        notes = List.copyOf(notes);
    }

    /** Nothing was measured. */
    static ScenarioResult skipped(Scenario scenario, String reason) {
        return new ScenarioResult(scenario, Map.of(), Map.of(), List.of(), reason);
    }

    /** Of the runs that count, or null when there is none. */
    public @Nullable Spread spread(Measure measure, String subject) {
        List<Double> figures = new ArrayList<>();
        for (Run run : runs.getOrDefault(subject, List.of())) {
            Double value = run.values().get(measure.name());
            if (run.counts() && value != null) {
                figures.add(value);
            }
        }
        return figures.isEmpty() ? null : Spread.of(figures);
    }

    /** A subject's median divided by the reference's, or null when one of them is unknown or the reference's is not above 0. */
    public @Nullable Double ratio(Measure measure, String subject) {
        Spread of = spread(measure, subject);
        Spread to = spread(measure, measure.reference());
        return of == null || to == null || to.median() <= 0 ? null : of.median() / to.median();
    }

    /** Whether we meet the goal, or null when that is unknown. */
    public @Nullable Boolean met(Measure measure) {
        if (measure.ofRatio()) {
            Double ratio = ratio(measure, Peer.OURS.word());
            return ratio == null ? null : ratio <= measure.goal();
        }
        Spread ours = spread(measure, Peer.OURS.word());
        return ours == null ? null : ours.median() <= measure.goal();
    }
}
