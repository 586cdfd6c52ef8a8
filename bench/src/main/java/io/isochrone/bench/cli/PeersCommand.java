package io.isochrone.bench.cli;

import io.isochrone.bench.peers.Measure;
import io.isochrone.bench.peers.Peer;
import io.isochrone.bench.peers.PeersBench;
import io.isochrone.bench.peers.PeersPlan;
import io.isochrone.bench.peers.Scenario;
import io.isochrone.bench.peers.StoppedException;
import io.isochrone.bench.peers.Tools;
import io.isochrone.bench.report.Figures;
import io.isochrone.bench.report.PeersReport;
import io.isochrone.bench.report.Table;
import io.isochrone.proxy.runtime.BindFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The side-by-side with HAProxy and nginx. Not thread-safe; confined to the main thread. */
@Command(
        name = "peers",
        header = {"Measures the router side by side with HAProxy and nginx.", ""},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts one origin, and each peer as a reverse proxy with one worker, pinned to one",
            "processor, before it; ours is the whole router in a process of its own. Loads them by",
            "turns with wrk and h2load, and reports what a request costs in processor time, what",
            "latency is added, and what memory and start-up take, as ratios to HAProxy in this run."
        },
        footer = {
            "",
            "A run in which a request failed, or in which other processes used much of the machine,",
            "is thrown away, said so, and repeated three times at most.",
            "Needs Linux, and what it measures; on Debian:",
            "  apt-get install nginx haproxy wrk nghttp2-client",
            "",
            "Exit codes: 0 measured, whether the goals are met or not; 2 wrong arguments, a peer is",
            "missing, or nothing could be measured.",
            "",
            "Examples:",
            "  isochrone bench peers --list",
            "  isochrone bench peers --scenario a,e --runs 5 --seconds 5",
            "  isochrone bench peers --json peers.json --report build/peers"
        })
final class PeersCommand implements Callable<Integer> {
    @Option(names = "--scenario", paramLabel = "NAMES", description = "which, separated by commas (all; see --list)")
    private @Nullable String scenarios;

    @Option(
            names = "--peers",
            paramLabel = "NAMES",
            defaultValue = "ours,haproxy,nginx",
            description = "which, separated by commas (${DEFAULT-VALUE})")
    private String peers;

    @Option(names = "--runs", defaultValue = "5", description = "that count, of each peer (${DEFAULT-VALUE})")
    private int runs;

    @Option(names = "--seconds", defaultValue = "5", description = "of load in each run (${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "15",
            description = "of load before the first run of ours; others have 2 (${DEFAULT-VALUE})")
    private int warmUp;

    @Option(names = "--json", paramLabel = "FILE", description = "also write the figures as one JSON object")
    private @Nullable Path json;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "also write a page, peers.md, with a plot, peers.svg, there")
    private @Nullable Path report;

    @Option(names = "--list", description = "print the scenarios and their goals, and measure nothing")
    private boolean list;

    @Spec
    private CommandSpec spec;

    @Override
    @SuppressWarnings("try") // the hook on Ctrl-C is there to be closed only
    public Integer call() throws IOException, InterruptedException {
        if (list) {
            print(listing());
            return IsochroneMain.OK;
        }
        PeersPlan plan = plan();
        Tools tools = Tools.installed();
        check(plan, tools);
        PeersReport done;
        try (Progress progress = Progress.onTerminal()) {
            PeersBench bench = new PeersBench(plan, tools, progress::show);
            try (Interrupts interrupts = new Interrupts(bench::stop)) {
                done = new PeersReport(bench.run(), command());
            } catch (StoppedException e) {
                throw new CommandFailedException(IsochroneMain.USAGE, "stopped: nothing is reported");
            } catch (IOException | BindFailedException e) {
                throw new CommandFailedException(IsochroneMain.USAGE, "peers: " + e.getMessage());
            }
        }
        print(done.lines());
        write(done);
        return IsochroneMain.OK;
    }

    private static List<String> listing() {
        Table table = new Table("scenario", "figure", "unit", ">goal", "of");
        for (Scenario scenario : Scenario.values()) {
            for (Measure measure : scenario.measures()) {
                table.row(
                        scenario.word(),
                        measure.title(),
                        measure.unit(),
                        "<= " + measure.goal(),
                        measure.ofRatio() ? "the ratio to " + measure.reference() : "ours");
            }
        }
        return table.lines();
    }

    private PeersPlan plan() {
        try {
            return new PeersPlan(
                    scenarios == null ? List.of(Scenario.values()) : words(scenarios, Scenario::of),
                    words(peers, Peer::of),
                    runs,
                    seconds,
                    warmUp);
        } catch (IllegalArgumentException e) {
            throw new CommandFailedException(IsochroneMain.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private static <T> List<T> words(String list, Function<String, T> of) {
        Set<T> all = new LinkedHashSet<>();
        Arrays.stream(list.split(",", -1)).map(String::strip).map(of).forEach(all::add);
        return List.copyOf(all);
    }

    /** Everything that can be known beforehand: nobody wants to learn after ten minutes that a folder is not there. */
    private void check(PeersPlan plan, Tools tools) {
        if (!Files.isReadable(Path.of("/proc/self/stat"))) {
            throw new CommandFailedException(IsochroneMain.USAGE, "/proc: not there (expected: Linux)");
        }
        for (Peer peer : plan.peers()) {
            String missing = tools.missingFor(peer);
            if (missing != null) {
                throw new CommandFailedException(IsochroneMain.USAGE, missing + "; or leave it out with --peers ours");
            }
        }
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

    private String command() {
        return "isochrone "
                + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
    }

    private void print(List<String> lines) {
        PrintWriter out = spec.commandLine().getOut();
        lines.forEach(out::println);
        out.flush();
    }

    private void write(PeersReport done) throws IOException {
        if (json != null) {
            Figures.write(json, done.json());
        }
        if (report != null) {
            Files.writeString(report.resolve("peers.md"), done.markdown());
            Files.writeString(report.resolve(PeersReport.PLOT), done.plot());
        }
    }
}
