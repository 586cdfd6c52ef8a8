package io.isochrone.bench.peers;

import io.isochrone.bench.load.LoadTally;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What each peer adds to the latency of requests at a fixed rate: each run is set against the last run straight to the origin. Not
 * thread-safe; confined to its owner.
 */
final class LatencyScenario {
    private static final String DIRECT = "direct";

    private final Rig rig;
    private final Load load;
    private final PeersPlan plan;
    private final Consumer<String> progress;

    LatencyScenario(Rig rig, PeersPlan plan, Consumer<String> progress) {
        this.rig = rig;
        this.load = new Load(rig);
        this.plan = plan;
        this.progress = progress;
    }

    /** Percentiles of one run in microseconds, and who disturbed it. Immutable. */
    private record Percentiles(double p50, double p99, long completed, long failed, double foreign) {}

    /** Measures; the peers run for as long as that takes. */
    ScenarioResult run() throws IOException, InterruptedException {
        Scenario scenario = Scenario.LATENCY;
        try (Targets targets = new Targets(rig)) {
            targets.addAll(plan.peers(), Rig.Variant.PLAIN);
            if (plan.warmUpSeconds() > 0) {
                warmUp(targets);
            }
            Rounds rounds = new Rounds(plan.runs(), progress);
            rounds.run(scenario.word(), targets.subjects(), subject -> once(targets.get(subject)));
            Map<String, String> missing = new LinkedHashMap<>(targets.missing());
            missing.putAll(rounds.missing());
            return new ScenarioResult(scenario, rounds.results(), missing, List.of(), null);
        }
    }

    private void warmUp(Targets targets) throws IOException, InterruptedException {
        progress.accept("latency: " + DIRECT + ", warm-up");
        percentiles(rig.origin(), plan.warmUpSeconds());
        for (Target target : targets.running()) {
            progress.accept("latency: " + target.subject() + ", warm-up");
            load.warmUp(Scenario.LATENCY.shape(), target, plan.warmUpSeconds());
            percentiles(target.ports().plain(), Load.NATIVE_WARM_UP_SECONDS);
        }
    }

    private Run once(Target target) throws IOException, InterruptedException {
        Percentiles direct = percentiles(rig.origin(), plan.seconds());
        Percentiles through = percentiles(target.ports().plain(), plan.seconds());
        Map<String, Double> details = new LinkedHashMap<>();
        details.put("requests", (double) through.completed());
        details.put("failed", (double) through.failed());
        details.put("p50", through.p50());
        details.put("p99", through.p99());
        details.put("directP50", direct.p50());
        details.put("directP99", direct.p99());
        details.put("foreign", Math.max(direct.foreign(), through.foreign()));
        return new Run(
                Map.of("latency-p50", through.p50() - direct.p50(), "latency-p99", through.p99() - direct.p99()),
                details,
                Verdict.of(
                        Math.min(through.completed(), direct.completed()),
                        through.failed() + direct.failed(),
                        Math.max(direct.foreign(), through.foreign())));
    }

    private Percentiles percentiles(int port, int seconds) throws IOException, InterruptedException {
        CpuMeter.Reading before = rig.meter.read(List.of());
        LoadTally tally = load.openLoop(Scenario.LATENCY.shape(), port, seconds);
        CpuMeter.Reading after = rig.meter.read(List.of());
        return new Percentiles(
                tally.latency().getValueAtPercentile(50) / 1e3,
                tally.latency().getValueAtPercentile(99) / 1e3,
                tally.succeeded(),
                tally.failed(),
                after.foreignSince(before));
    }
}
