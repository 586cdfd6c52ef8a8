package io.isochrone.bench.cli;

import io.isochrone.bench.report.Figures;
import io.isochrone.bench.report.SoakReport;
import io.isochrone.bench.soak.FileLimit;
import io.isochrone.bench.soak.Soak;
import io.isochrone.bench.soak.SoakPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The long test. Not thread-safe; confined to the main thread. */
@Command(
        name = "soak",
        header = {"Loads a world with mixed requests and faults for long, checks every answer, looks for leaks.", ""},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts a router, three gateways and two backends as processes, keeps many connections",
            "open, and asks on others in every way that clients have: small and large, in chunks,",
            "slowly, two at once, over HTTP/1.1 and HTTP/2, leaving in the middle. Backends misbehave,",
            "a gateway is killed, another one freezes, by turns. Every answer is compared with the",
            "only right one; then everything must be back where it was."
        },
        footer = {
            "",
            "Checked: no wrong answer, none that looked complete and was not, none without an end;",
            "nothing in flight, connections, descriptors, direct memory and heap as before the load;",
            "resident memory flat (from 120 s on); no line of the leak detector, no error in a log.",
            "",
            "Needs Linux. Exit codes: 0 all checks met, 1 a check missed, 2 wrong arguments.",
            "",
            "Examples:",
            "  isochrone bench soak --seconds 60 --idle 500",
            "  isochrone bench soak --minutes 60 --upstream h2 --report build/soak",
            "  isochrone bench soak --seconds 30 --idle 200 --busy 20 --seed 7 --json soak.json"
        })
final class SoakCommand implements Callable<Integer> {
    @Option(names = "--minutes", defaultValue = "10", description = "of load with faults (${DEFAULT-VALUE})")
    private int minutes;

    @Option(names = "--seconds", description = "the same in seconds, instead of --minutes")
    private @Nullable Integer seconds;

    @Option(names = "--idle", defaultValue = "5000", description = "connections that are kept open (${DEFAULT-VALUE})")
    private int idle;

    @Option(
            names = "--busy",
            defaultValue = "200",
            description = "connections that ask on and on, a fifth of them by HTTP/2 (${DEFAULT-VALUE})")
    private int busy;

    @Option(
            names = "--rate",
            defaultValue = "500",
            description = "requests per second of the busy ones together, at most (${DEFAULT-VALUE})")
    private double rate;

    @Option(
            names = "--upstream",
            defaultValue = "http/1.1",
            description = "http/1.1 or h2 between router and gateways (${DEFAULT-VALUE})")
    private String upstream;

    @Option(names = "--seed", defaultValue = "1", description = "of all that is left to chance (${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--json", paramLabel = "FILE", description = "also write all figures as one JSON object")
    private @Nullable Path json;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "also write a page, soak.md, with a plot, soak.svg, there")
    private @Nullable Path report;

    @Spec
    private CommandSpec spec;

    @Override
    @SuppressWarnings("try") // the hook on Ctrl-C is there to be closed only
    public Integer call() throws IOException {
        SoakPlan plan = plan();
        FileLimit files = FileLimit.ofThisProcess();
        String tooFew = files.problem(plan);
        if (tooFew != null) {
            throw new CommandFailedException(IsochroneMain.USAGE, tooFew);
        }
        if (report != null) {
            Files.createDirectories(report);
        }
        SoakReport done;
        try (Progress progress = Progress.onTerminal()) {
            Soak soak = new Soak(plan, progress::show);
            try (Interrupts interrupts = new Interrupts(soak::stop)) {
                done = new SoakReport(soak.run(), command());
            }
        } catch (InterruptedException e) {
            throw new CommandFailedException(IsochroneMain.BAD, "soak: stopped before its end");
        } catch (IOException e) {
            throw new CommandFailedException(IsochroneMain.BAD, "soak: " + e.getMessage());
        }
        PrintWriter out = spec.commandLine().getOut();
        done.lines().forEach(out::println);
        out.flush();
        write(done);
        return done.result().isGood() ? IsochroneMain.OK : IsochroneMain.BAD;
    }

    private SoakPlan plan() {
        try {
            Duration duration = seconds == null ? Duration.ofMinutes(minutes) : Duration.ofSeconds(seconds);
            return new SoakPlan(duration, idle, busy, rate, upstream, seed);
        } catch (IllegalArgumentException e) {
            throw new CommandFailedException(IsochroneMain.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private String command() {
        return "isochrone "
                + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
    }

    private void write(SoakReport done) throws IOException {
        if (json != null) {
            Figures.write(json, done.json());
        }
        if (report != null) {
            Files.writeString(report.resolve("soak.md"), done.markdown());
            Files.writeString(report.resolve(SoakReport.PLOT), done.plot());
        }
    }
}
