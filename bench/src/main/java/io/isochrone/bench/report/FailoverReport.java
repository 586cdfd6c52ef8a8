package io.isochrone.bench.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.bench.load.LoadFailure;
import io.isochrone.bench.world.FailoverResult;
import io.isochrone.bench.world.FailoverResult.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a failover drill showed, and whether that meets the goals: no request failed, none took over 50 ms above its distance while
 * the region was away, every client home within 2 s of its region's answer.
 *
 * <p>Immutable.
 *
 * @param result the drill's samples and times
 */
public record FailoverReport(FailoverResult result) {
    /** Highest latency above the distance that meets the goal. */
    public static final long GOAL_ABOVE_NANOS = 50_000_000;

    /** Longest time until home again that meets the goal. */
    public static final long GOAL_HOME_NANOS = 2_000_000_000;

    /** Whether all goals are met. */
    public boolean isGood() {
        return result.whole().failed() == 0 && meetsDistance() && meetsHome();
    }

    private boolean meetsDistance() {
        return result.phases().get(1).worstAboveTravelNanos() <= GOAL_ABOVE_NANOS;
    }

    private boolean meetsHome() {
        return result.isHome() && result.homeNanos() <= GOAL_HOME_NANOS;
    }

    /** For people. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        Phase whole = result.whole();
        lines.add(String.format(
                Locale.ROOT,
                "%s was killed at %s s, started again at %s s, answered at %s s.",
                result.victim().displayName(),
                seconds(result.killedNanos()),
                seconds(result.restartedNanos()),
                seconds(result.answersNanos())));
        lines.add("");
        Table table = new Table(
                "phase",
                ">requests",
                ">failed",
                ">worst ms",
                ">above distance: p99",
                ">worst ms",
                ">above travel ms",
                "served by");
        for (Phase phase : result.phases()) {
            row(table, phase);
        }
        row(table, whole);
        lines.addAll(table.lines());
        for (Map.Entry<LoadFailure, Long> failure : whole.failures().entrySet()) {
            lines.add("  failed: " + failure.getKey().words() + ": " + Figures.count(failure.getValue()));
        }
        lines.add("");
        Table goals = new Table("goal", ">measured", "");
        goals.row("no request fails", Figures.count(whole.failed()), verdict(whole.failed() == 0));
        goals.row(
                "worst while away: at most 50 ms above the way travelled",
                Figures.millis(result.phases().get(1).worstAboveTravelNanos()) + " ms",
                verdict(meetsDistance()));
        goals.row(
                "  the same with the way that was lost when the region died",
                Figures.millis(result.phases().get(1).worstAboveNanos()) + " ms",
                "");
        goals.row(
                "home again within 2 s",
                result.isHome() ? Figures.millis(result.homeNanos()) + " ms" : "never",
                verdict(meetsHome()));
        lines.addAll(goals.lines());
        return lines;
    }

    private static String verdict(boolean met) {
        return met ? "met" : "missed";
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.2f", nanos / 1e9);
    }

    private static void row(Table table, Phase phase) {
        long all = phase.served().values().stream().mapToLong(Long::longValue).sum();
        table.row(
                phase.name(),
                Figures.count(phase.requests()),
                Figures.count(phase.failed()),
                Figures.millis(phase.worstNanos()),
                Figures.millis(phase.p99AboveNanos()),
                Figures.millis(phase.worstAboveNanos()),
                Figures.millis(phase.worstAboveTravelNanos()),
                phase.served().entrySet().stream()
                        .map(served -> served.getKey() + " " + Figures.percent(served.getValue(), all))
                        .collect(Collectors.joining(", ")));
    }

    /** For programs: the same figures. */
    public ObjectNode json() {
        ObjectNode node = Figures.object();
        node.put("front", result.plan().front().word());
        node.put("killedRegion", result.victim().name());
        node.put("ratePerSecond", result.plan().ratePerSecond());
        node.put("durationSeconds", result.plan().duration().toNanos() / 1e9);
        node.put("simulatedDistance", result.plan().delay());
        node.put("killedAtMs", Figures.milliseconds(result.killedNanos()));
        node.put("restartedAtMs", Figures.milliseconds(result.restartedNanos()));
        node.put("answeredAtMs", Figures.milliseconds(result.answersNanos()));
        ArrayNode phases = node.putArray("phases");
        result.phases().forEach(phase -> phases.add(json(phase)));
        node.set("all", json(result.whole()));
        node.put("isHome", result.isHome());
        node.put("homeAgainMs", Figures.milliseconds(result.homeNanos()));
        node.put("goalsMet", isGood());
        return node;
    }

    private static ObjectNode json(Phase phase) {
        ObjectNode node = Figures.object();
        node.put("phase", phase.name());
        node.put("requests", phase.requests());
        node.put("failed", phase.failed());
        node.put("worstMs", Figures.milliseconds(phase.worstNanos()));
        node.put("worstAboveDistanceMs", Figures.milliseconds(phase.worstAboveNanos()));
        node.put("worstAboveTravelMs", Figures.milliseconds(phase.worstAboveTravelNanos()));
        node.put("p99AboveDistanceMs", Figures.milliseconds(phase.p99AboveNanos()));
        ObjectNode served = node.putObject("servedBy");
        phase.served().forEach(served::put);
        ObjectNode failures = node.putObject("failures");
        phase.failures().forEach((failure, count) -> failures.put(failure.name().toLowerCase(Locale.ROOT), count));
        return node;
    }
}
