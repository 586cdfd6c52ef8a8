package io.isochrone.bench.peers;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How long each peer takes from its start to the first answer through it, and what it has in memory then. Peers are not pinned here:
 * one that starts may use what the machine has.
 *
 * <p>Not thread-safe; confined to its owner.
 */
final class StartupScenario {
    private static final long POLL_MILLIS = 2;
    private static final long REST_MILLIS = 1000;
    private static final long LIMIT_NANOS = 60_000_000_000L;

    private final Rig rig;
    private final PeersPlan plan;
    private final Consumer<String> progress;

    StartupScenario(Rig rig, PeersPlan plan, Consumer<String> progress) {
        this.rig = rig;
        this.plan = plan;
        this.progress = progress;
    }

    /** Measures; each run starts its peer anew. */
    ScenarioResult run() throws IOException, InterruptedException {
        rig.prepare(plan.peers());
        Rounds rounds = new Rounds(plan.runs(), progress);
        List<String> subjects = plan.peers().stream().map(Peer::word).toList();
        rounds.run(Scenario.STARTUP.word(), subjects, this::once);
        return new ScenarioResult(Scenario.STARTUP, rounds.results(), rounds.missing(), List.of(), null);
    }

    private Run once(String subject) throws IOException, InterruptedException {
        Peer peer = Peer.of(subject);
        CpuMeter.Reading before = rig.meter.read(List.of());
        Target target = rig.launch(peer, Rig.Variant.PLAIN, false);
        try {
            double seconds = awaitFirst(target);
            Probe.pause(REST_MILLIS);
            double rss = CpuMeter.residentKib(target.children()) / 1024.0;
            double foreign = rig.meter.read(List.of()).foreignSince(before);
            Map<String, Double> details = new LinkedHashMap<>();
            details.put("foreign", foreign);
            return new Run(Map.of("startup", seconds, "startup-rss", rss), details, Verdict.foreign(foreign));
        } finally {
            rig.stop(target);
        }
    }

    private double awaitFirst(Target target) throws IOException, InterruptedException {
        Child child = target.children().get(0);
        while (Probe.status(target.ports().plain(), LoadShape.SMALL) != 200) {
            rig.children.check();
            if (!child.isAlive() || System.nanoTime() - child.startedNanos() > LIMIT_NANOS) {
                throw new RefusedException("did not start: " + child.message());
            }
            Probe.pause(POLL_MILLIS);
        }
        return (System.nanoTime() - child.startedNanos()) / 1e9;
    }
}
