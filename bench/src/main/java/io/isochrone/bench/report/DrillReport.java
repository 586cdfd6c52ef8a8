package io.isochrone.bench.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.bench.drill.Drill;
import io.isochrone.bench.drill.DrillFigures;
import io.isochrone.bench.drill.DrillPlan;
import io.isochrone.bench.drill.DrillResult;
import io.isochrone.bench.drill.Goal;
import io.isochrone.bench.load.LoadFailure;
import io.isochrone.config.model.Region;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One drill's runs against its goals. Of failures, slow requests and double executions the worst run's number is told, of latencies the middle run's.
 *
 * <p>Immutable.
 *
 * @param runs in the order in which they were run, at least one
 */
public record DrillReport(List<DrillFigures> runs) {
    public DrillReport {
        runs = List.copyOf(runs);
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("runs: none (expected: at least one)");
        }
    }

    private DrillPlan plan() {
        return runs.get(0).result().plan();
    }

    /** The drill. */
    public Drill drill() {
        return plan().drill();
    }

    /** The run whose worst latency is the middle one. */
    public DrillFigures middle() {
        List<DrillFigures> sorted = new ArrayList<>(runs);
        sorted.sort(java.util.Comparator.comparingLong(DrillFigures::worstNanos));
        return sorted.get((sorted.size() - 1) / 2);
    }

    /** Whether a goal is met: by every run, or by more than half of them. */
    public boolean isMet(Goal goal) {
        long met = runs.stream().filter(goal.isMet()).count();
        return goal.inEveryRun() ? met == runs.size() : 2 * met > runs.size();
    }

    /** Whether all goals are met. */
    public boolean isGood() {
        return drill().goals().stream().allMatch(this::isMet);
    }

    private long most(java.util.function.ToLongFunction<DrillFigures> figure) {
        return runs.stream().mapToLong(figure).max().orElse(0);
    }

    private Map<LoadFailure, Long> failures() {
        Map<LoadFailure, Long> all = new EnumMap<>(LoadFailure.class);
        runs.forEach(run -> run.failures().forEach((failure, count) -> all.merge(failure, count, Long::sum)));
        return all;
    }

    /** For people. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        DrillFigures middle = middle();
        DrillResult result = middle.result();
        lines.add((isGood() ? "met     " : "MISSED  ") + drill().name() + ": "
                + drill().target().words() + ": " + drill().about());
        lines.add(String.format(
                Locale.ROOT,
                "        %s, %s/s, %s requests; fault at %s s, healed at %s s, answers at %s s%s",
                plan().load().words(),
                Figures.count(Math.round(plan().ratePerSecond())),
                Figures.count(middle.requests()),
                seconds(result.faultNanos()),
                seconds(result.healNanos()),
                seconds(result.answersNanos()),
                result.victims().isEmpty()
                        ? ""
                        : "; "
                                + result.victims().stream()
                                        .map(Region::displayName)
                                        .collect(Collectors.joining(", "))));
        Table table = new Table("      goal", ">measured", "");
        for (Goal goal : drill().goals()) {
            table.row(
                    "      " + goal.words(),
                    runs.stream().map(goal.measured()).collect(Collectors.joining(" / ")),
                    isMet(goal) ? "met" : "missed");
        }
        lines.addAll(table.lines());
        lines.add("        beside: " + beside(middle));
        failures()
                .forEach((failure, count) ->
                        lines.add("        failed: " + failure.words() + ": " + Figures.count(count)));
        return lines;
    }

    private static String beside(DrillFigures figures) {
        return String.format(
                Locale.ROOT,
                "worst %s ms above distance, %s ms above the way travelled; %s over 50 ms; p99 normally %s ms; %d moves; %.3f attempts a request; %s executed twice",
                Figures.millis(figures.worstNanos()),
                Figures.millis(figures.worstAboveTravelNanos()),
                Figures.count(figures.slow()),
                Figures.millis(figures.normalP99Nanos()),
                figures.moves(),
                figures.attemptsPerRequest(),
                Figures.count(figures.executedTwice()));
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.2f", nanos / 1e9);
    }

    /** For programs; {@code {"drills":{NAME:{"failed":…,"worst_ms":…,"over_50ms":…,"executed_twice":…,"goal_met":…,…}}}}. */
    public static ObjectNode json(List<DrillReport> reports) {
        ObjectNode all = Figures.object();
        ObjectNode drills = all.putObject("drills");
        reports.forEach(report -> drills.set(report.drill().name(), report.json()));
        return all;
    }

    private ObjectNode json() {
        ObjectNode node = Figures.object();
        DrillFigures middle = middle();
        node.put("failed", most(DrillFigures::failed));
        node.put("worst_ms", Figures.milliseconds(middle.worstNanos()));
        node.put("over_50ms", most(DrillFigures::slow));
        node.put("executed_twice", most(DrillFigures::executedTwice));
        node.put("goal_met", isGood());
        node.put("requests", middle.requests());
        node.put("worst_above_travel_ms", Figures.milliseconds(middle.worstAboveTravelNanos()));
        node.put("normal_p99_ms", Figures.milliseconds(middle.normalP99Nanos()));
        node.put("back_to_normal_ms", Figures.milliseconds(middle.backToNormalNanos()));
        node.put("moves", middle.moves());
        node.put("share_503", middle.unavailableShare());
        if (!Double.isNaN(middle.attemptsPerRequest())) {
            node.put("attempts_per_request", Math.round(middle.attemptsPerRequest() * 1e4) / 1e4);
        }
        node.put("home_first_ms", middle.homeFirstNanos() < 0 ? -1 : Figures.milliseconds(middle.homeFirstNanos()));
        node.put("home_full_ms", middle.homeFullNanos() < 0 ? -1 : Figures.milliseconds(middle.homeFullNanos()));
        ObjectNode failures = node.putObject("failures");
        failures().forEach((failure, count) -> failures.put(failure.name().toLowerCase(Locale.ROOT), count));
        ArrayNode goals = node.putArray("goals");
        for (Goal goal : drill().goals()) {
            ObjectNode one = goals.addObject();
            one.put("goal", goal.words());
            ArrayNode measured = one.putArray("measured");
            runs.forEach(run -> measured.add(goal.measured().apply(run)));
            one.put("met", isMet(goal));
        }
        return node;
    }
}
