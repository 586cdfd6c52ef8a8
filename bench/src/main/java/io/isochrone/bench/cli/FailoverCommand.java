package io.isochrone.bench.cli;

import io.isochrone.bench.report.FailoverReport;
import io.isochrone.bench.report.Figures;
import io.isochrone.bench.world.FailoverDrill;
import io.isochrone.bench.world.FailoverPlan;
import io.isochrone.bench.world.Front;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The failover drill. Not thread-safe; confined to the main thread. */
@Command(
        name = "failover",
        header = {"Kills a region under load and measures what it costs.", ""},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts a world of its own as separate processes, runs a steady load of clients spread",
            "over the world, kills (SIGKILL) the region nearest to most of them, heals it, and",
            "reports before, during and after."
        },
        footer = {
            "",
            "Above distance: the latency of a request without the simulated round trip between its",
            "client and the region that served it; it is what the failover and this machine cost.",
            "",
            "Exit codes: 0 all goals met, 1 a goal missed, 2 wrong arguments.",
            "",
            "Examples:",
            "  isochrone bench failover",
            "  isochrone bench failover --front haproxy",
            "  isochrone bench failover --rate 500 --duration 15s --kill-at 4s --heal-at 9s --json drill.json"
        })
final class FailoverCommand implements Callable<Integer> {
    @Option(names = "--rate", defaultValue = "2000", description = "requests per second (${DEFAULT-VALUE})")
    private double rate;

    @Option(
            names = "--duration",
            defaultValue = "20s",
            converter = Spans.class,
            description = "measured time (${DEFAULT-VALUE})")
    private Duration duration;

    @Option(
            names = "--kill-at",
            defaultValue = "6s",
            converter = Spans.class,
            description = "when the region is killed (${DEFAULT-VALUE})")
    private Duration killAt;

    @Option(
            names = "--heal-at",
            defaultValue = "13s",
            converter = Spans.class,
            description = "when its nodes are started again (${DEFAULT-VALUE})")
    private Duration healAt;

    @Option(
            names = "--warm-up",
            defaultValue = "10s",
            converter = Spans.class,
            description = "load before the measured time (${DEFAULT-VALUE})")
    private Duration warmUp;

    @Option(
            names = "--front",
            defaultValue = "isochrone",
            paramLabel = "NAME",
            description = "what routes: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}); peers must be installed")
    private Front front = Front.ISOCHRONE;

    @Option(names = "--no-delay", description = "without the simulated distance")
    private boolean noDelay;

    @Option(names = "--json", paramLabel = "FILE", description = "also write the figures as one JSON object")
    private @Nullable Path json;

    @Spec
    private CommandSpec spec;

    @Override
    @SuppressWarnings("try") // the hook on Ctrl-C is there to be closed only
    public Integer call() throws IOException {
        FailoverPlan plan;
        try {
            plan = new FailoverPlan(rate, warmUp, duration, killAt, healAt, !noDelay, front);
        } catch (IllegalArgumentException e) {
            throw new CommandFailedException(IsochroneMain.USAGE, String.valueOf(e.getMessage()));
        }
        try (Progress progress = Progress.onTerminal()) {
            FailoverDrill drill = new FailoverDrill(plan, progress::show);
            FailoverReport report;
            try (Interrupts interrupts = new Interrupts(drill::stop)) {
                report = new FailoverReport(drill.run());
            }
            progress.clear();
            PrintWriter out = spec.commandLine().getOut();
            report.lines().forEach(out::println);
            out.flush();
            if (json != null) {
                Figures.write(json, report.json());
            }
            return report.isGood() ? IsochroneMain.OK : IsochroneMain.BAD;
        } catch (InterruptedException e) {
            throw new CommandFailedException(IsochroneMain.BAD, "failover: stopped before its end");
        } catch (IOException e) {
            throw new CommandFailedException(IsochroneMain.BAD, "failover: " + e.getMessage());
        }
    }
}
