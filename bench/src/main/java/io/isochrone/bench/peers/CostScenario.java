package io.isochrone.bench.peers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What a request costs each peer in processor time. Not thread-safe; confined to its owner. */
final class CostScenario {
    private final Rig rig;
    private final Load load;
    private final PeersPlan plan;
    private final Consumer<String> progress;

    CostScenario(Rig rig, PeersPlan plan, Consumer<String> progress) {
        this.rig = rig;
        this.load = new Load(rig);
        this.plan = plan;
        this.progress = progress;
    }

    /** Measures; the peers run for as long as that takes. */
    ScenarioResult run(Scenario scenario) throws IOException, InterruptedException {
        LoadShape shape = scenario.shape();
        String impossible = load.impossible(shape);
        if (impossible != null) {
            return ScenarioResult.skipped(scenario, impossible);
        }
        List<String> notes = new ArrayList<>();
        String note = load.note(shape);
        if (note != null) {
            notes.add(note);
        }
        Measure measure = scenario.measures().get(0);
        try (Targets targets = new Targets(rig)) {
            if (scenario == Scenario.HOPS) {
                targets.add(Peer.OURS.word(), rig::startTwoHops);
                targets.add(measure.reference(), () -> rig.startOneHop(measure.reference()));
            } else {
                targets.addAll(plan.peers(), variant(scenario));
            }
            for (Target target : targets.running()) {
                progress.accept(scenario.word() + ": " + target.subject() + ", warm-up");
                load.warmUp(shape, target, plan.warmUpSeconds());
            }
            Rounds rounds = new Rounds(plan.runs(), progress);
            rounds.run(
                    scenario.word(),
                    targets.subjects(),
                    subject -> once(measure, targets.get(subject), shape, plan.seconds()));
            Map<String, String> missing = new LinkedHashMap<>(targets.missing());
            missing.putAll(rounds.missing());
            return new ScenarioResult(scenario, rounds.results(), missing, notes, null);
        }
    }

    private static Rig.Variant variant(Scenario scenario) {
        if (scenario == Scenario.LOGGED) {
            return Rig.Variant.LOGGED;
        }
        return scenario.shape().protocol().isTls() ? Rig.Variant.TLS : Rig.Variant.PLAIN;
    }

    private Run once(Measure measure, Target target, LoadShape shape, int seconds)
            throws IOException, InterruptedException {
        CpuMeter.Reading before = rig.meter.read(target.children());
        LoadFigures figures = load.drive(shape, target.port(shape.protocol()), seconds);
        CpuMeter.Reading after = rig.meter.read(target.children());
        double cpu = after.secondsSince(before);
        double foreign = after.foreignSince(before);
        Map<String, Double> details = new LinkedHashMap<>();
        details.put("requests", (double) figures.completed());
        details.put("failed", (double) figures.failed());
        details.put("perSecond", figures.perSecond());
        details.put("processors", cpu / after.wallSince(before));
        details.put("foreign", foreign);
        Map<String, Double> values =
                figures.completed() == 0 ? Map.of() : Map.of(measure.name(), cpu * 1e6 / figures.completed());
        return new Run(values, details, Verdict.of(figures.completed(), figures.failed(), foreign));
    }
}
