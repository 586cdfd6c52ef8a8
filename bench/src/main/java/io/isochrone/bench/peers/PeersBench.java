package io.isochrone.bench.peers;

import io.isochrone.proxy.runtime.BindFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The router side by side with HAProxy and nginx, each with one worker on one processor before the same origin: what a request costs,
 * what latency it gains, what memory and time it takes.
 *
 * <p>Peers are started for each scenario, warmed up, and run by turns. All processes end with the run, or when it is stopped.
 *
 * <p>Not thread-safe; confined to its owner. Only {@link #stop} is for any thread.
 */
public final class PeersBench {
    private final PeersPlan plan;
    private final Tools tools;
    private final Consumer<String> progress;
    private final Children children = new Children();

    /** {@code progress} is told each step on the calling thread. */
    public PeersBench(PeersPlan plan, Tools tools, Consumer<String> progress) {
        this.plan = plan;
        this.tools = tools;
        this.progress = progress;
    }

    /** Measures. Throws StoppedException when it was stopped, IOException when the origin does not start. */
    public PeersResult run() throws IOException, InterruptedException, BindFailedException {
        try (Rig rig = Rig.open(tools, children)) {
            Map<String, String> machine = MachineFacts.collect(rig);
            List<ScenarioResult> results = new ArrayList<>();
            for (Scenario scenario : plan.scenarios()) {
                results.add(measure(rig, scenario));
            }
            children.check();
            return new PeersResult(plan, results, machine);
        } catch (IOException | InterruptedException e) {
            children.check();
            throw e;
        }
    }

    private ScenarioResult measure(Rig rig, Scenario scenario) throws IOException, InterruptedException {
        try {
            return switch (scenario) {
                case A, B, C, D, D2, E, LOGGED, HOPS -> new CostScenario(rig, plan, progress).run(scenario);
                case LATENCY -> new LatencyScenario(rig, plan, progress).run();
                case IDLE -> new IdleScenario(rig, plan, progress).run();
                case STARTUP -> new StartupScenario(rig, plan, progress).run();
            };
        } catch (StoppedException e) {
            throw e;
        } catch (IOException e) {
            children.check();
            return ScenarioResult.skipped(scenario, String.valueOf(e.getMessage()));
        }
    }

    /** Ends it soon, with all its processes. */
    public void stop() {
        children.stopAll();
    }
}
