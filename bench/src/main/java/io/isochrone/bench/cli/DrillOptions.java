package io.isochrone.bench.cli;

import io.isochrone.bench.drill.Drill;
import io.isochrone.bench.drill.DrillPlan;
import io.isochrone.bench.drill.DrillTimes;
import io.isochrone.bench.world.Front;
import io.isochrone.config.model.UpstreamHttp;
import io.isochrone.control.cli.Spans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What can be said of how drills are run. Not thread-safe; confined to the main thread. */
final class DrillOptions {
    @Option(
            names = "--runs",
            defaultValue = "1",
            description = "runs of each drill; the middle one counts where not all must be good (${DEFAULT-VALUE})")
    private int runs;

    @Option(names = "--rate", defaultValue = "2000", description = "requests per second (${DEFAULT-VALUE})")
    private double rate;

    @Option(
            names = "--duration",
            converter = Spans.class,
            description = "measured time; fault and healing keep their places in it (each drill has its own, most 20s)")
    private @Nullable Duration duration;

    @Option(
            names = {"--fault-at", "--kill-at"},
            converter = Spans.class,
            description = "when the fault begins (each drill has its own, most 6s)")
    private @Nullable Duration faultAt;

    @Option(
            names = "--heal-at",
            converter = Spans.class,
            description = "when it ends (each drill has its own, most 13s)")
    private @Nullable Duration healAt;

    @Option(
            names = "--warm-up",
            defaultValue = "10s",
            converter = Spans.class,
            description = "load before the measured time (${DEFAULT-VALUE})")
    private Duration warmUp = Duration.ZERO;

    @Option(
            names = "--client",
            paramLabel = "VERSION",
            description = "http/1.1 or h2 from the clients, whatever the drill says")
    private @Nullable String client;

    @Option(
            names = "--upstream",
            paramLabel = "VERSION",
            description = "http/1.1 or h2 between router and gateways, whatever the drill says")
    private @Nullable String upstream;

    @Option(
            names = "--front",
            defaultValue = "isochrone",
            paramLabel = "NAME",
            description = "what routes: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}); peers must be installed")
    private Front front = Front.ISOCHRONE;

    @Option(names = "--no-delay", description = "without the simulated distance")
    private boolean noDelay;

    @Option(names = "--seed", defaultValue = "0", description = "of the load's choices (${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--json", paramLabel = "FILE", description = "also write the figures as one JSON object")
    private @Nullable Path json;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description =
                    "also write a page, drills.md, with a timeline, NAME.svg, and all requests, NAME.csv, of each drill there")
    private @Nullable Path report;

    /** How often each drill is run. Throws IllegalArgumentException when that makes no sense. */
    int runs() {
        if (runs < 1 || runs > 100) {
            throw new IllegalArgumentException("--runs: " + runs + " (expected: 1 to 100)");
        }
        return runs;
    }

    @Nullable
    Path json() {
        return json;
    }

    @Nullable
    Path report() {
        return report;
    }

    /** Makes the report's folder. Throws CommandFailedException when a file could not be written at the end. */
    void checkPlaces() {
        Path folder = json == null ? null : json.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new CommandFailedException(
                    IsochroneMain.USAGE, "--json: " + json + " (expected: a file in a folder that exists)");
        }
        if (report != null) {
            try {
                Files.createDirectories(report);
            } catch (IOException e) {
                throw new CommandFailedException(
                        IsochroneMain.USAGE, "--report: " + report + " (expected: a folder, or a place for one)");
            }
        }
    }

    /** One run of a drill, from 0. Throws IllegalArgumentException when the options do not fit together. */
    DrillPlan plan(Drill drill, int run) {
        DrillTimes times = duration == null ? drill.times() : drill.times().in(duration);
        if (faultAt != null || healAt != null) {
            times = new DrillTimes(
                    times.duration(),
                    faultAt == null ? times.faultAt() : faultAt,
                    healAt == null ? times.healAt() : healAt);
        }
        return new DrillPlan(
                drill,
                rate,
                warmUp,
                times,
                client == null
                        ? drill.load()
                        : drill.load().withHttp2(version("--client", client) == UpstreamHttp.HTTP_2),
                !noDelay,
                upstream == null ? drill.setup().upstream() : version("--upstream", upstream),
                front,
                seed + 1000L * run);
    }

    private static UpstreamHttp version(String option, String text) {
        for (UpstreamHttp version : UpstreamHttp.values()) {
            if (version.text().equals(text)) {
                return version;
            }
        }
        throw new IllegalArgumentException(option + ": \"" + text + "\" (expected: http/1.1 or h2)");
    }
}
