package io.isochrone.bench.cli;

import io.isochrone.bench.drill.Drill;
import io.isochrone.bench.drill.DrillFigures;
import io.isochrone.bench.drill.DrillPlan;
import io.isochrone.bench.drill.DrillRun;
import io.isochrone.bench.drill.Drills;
import io.isochrone.bench.report.DrillPage;
import io.isochrone.bench.report.DrillReport;
import io.isochrone.bench.report.Figures;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The failover drills. Not thread-safe; confined to the main thread. */
@Command(
        name = "drill",
        header = {"Lets one thing go wrong in a world under load and measures what clients notice.", ""},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts a world of its own as separate processes for each drill, runs a steady load of",
            "clients spread over the world, lets one thing go wrong, ends it, and compares what",
            "clients saw with the drill's goals. --list tells which drills there are."
        },
        footer = {
            "",
            "Above distance: the latency of a request without the simulated round trip between its",
            "client and the region that served it; a failed request's counts whole. Above the way",
            "travelled: also without what a request had travelled in vain when the region died.",
            "Normal: before the fault in the same run. Executed twice: a POST without Idempotency-Key",
            "that backends, all regions together, saw more than once.",
            "",
            "JSON: {\"drills\":{NAME:{\"failed\":..,\"worst_ms\":..,\"over_50ms\":..,\"executed_twice\":..,",
            "\"goal_met\":..,..}}}; of several runs the highest counts and the middle latency.",
            "",
            "Exit codes: 0 measured, goals met or not; 1 a process failed or it was stopped; 2 wrong",
            "arguments.",
            "",
            "Examples:",
            "  isochrone bench drill --list",
            "  isochrone bench drill kill-get freeze-get --runs 3",
            "  isochrone bench drill all --report build/drills --json drills.json",
            "  isochrone bench drill flap --rate 200 --duration 25s --warm-up 2s"
        })
final class DrillCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", arity = "0..*", description = "drills, or all")
    private List<String> names = List.of();

    @Option(names = "--list", description = "print every drill with its goals, and run none")
    private boolean list;

    @Mixin
    private DrillOptions options = new DrillOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (list) {
            lines().forEach(out::println);
            out.flush();
            return IsochroneMain.OK;
        }
        return run(drills(names), options, spec);
    }

    private static List<Drill> drills(List<String> names) {
        if (names.isEmpty()) {
            throw new CommandFailedException(
                    IsochroneMain.USAGE, "drill: no name (expected: names of isochrone bench drill --list, or all)");
        }
        if (names.equals(List.of("all"))) {
            return Drills.all();
        }
        try {
            return names.stream().map(Drills::find).toList();
        } catch (IllegalArgumentException e) {
            throw new CommandFailedException(IsochroneMain.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private static List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Drill drill : Drills.all()) {
            lines.add(drill.name() + " (" + drill.load().words() + ")");
            lines.add("    " + drill.target().words() + ": " + drill.about());
            drill.goals().forEach(goal -> lines.add("    goal: " + goal.words()));
        }
        return lines;
    }

    /** Runs the drills and prints and writes what they showed. Returns the exit code. */
    @SuppressWarnings("try") // the hook on Ctrl-C is there to be closed only
    static int run(List<Drill> drills, DrillOptions options, CommandSpec spec) throws IOException {
        List<List<DrillPlan>> plans = plans(drills, options);
        PrintWriter out = spec.commandLine().getOut();
        List<DrillReport> reports = new ArrayList<>();
        try (Progress progress = Progress.onTerminal()) {
            for (List<DrillPlan> runs : plans) {
                List<DrillFigures> figures = new ArrayList<>();
                for (DrillPlan plan : runs) {
                    String number = runs.size() == 1 ? "" : "run " + (figures.size() + 1) + " of " + runs.size() + ": ";
                    DrillRun run = new DrillRun(plan, words -> progress.show(number + words));
                    try (Interrupts interrupts = new Interrupts(run::stop)) {
                        figures.add(new DrillFigures(run.run()));
                    }
                }
                DrillReport report = new DrillReport(figures);
                reports.add(report);
                progress.clear();
                report.lines().forEach(out::println);
                out.println();
                out.flush();
                // After each drill, so that one that fails takes no other's figures with it.
                write(reports, options, spec);
            }
        } catch (InterruptedException e) {
            throw new CommandFailedException(IsochroneMain.BAD, "drill: stopped before its end");
        } catch (IOException e) {
            throw new CommandFailedException(IsochroneMain.BAD, "drill: " + e.getMessage());
        }
        return IsochroneMain.OK;
    }

    private static List<List<DrillPlan>> plans(List<Drill> drills, DrillOptions options) {
        options.checkPlaces();
        try {
            List<List<DrillPlan>> plans = new ArrayList<>();
            for (Drill drill : drills) {
                List<DrillPlan> runs = new ArrayList<>();
                for (int i = 0; i < options.runs(); i++) {
                    runs.add(options.plan(drill, i));
                }
                plans.add(runs);
            }
            return plans;
        } catch (IllegalArgumentException e) {
            throw new CommandFailedException(IsochroneMain.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private static void write(List<DrillReport> reports, DrillOptions options, CommandSpec spec) throws IOException {
        Path json = options.json();
        if (json != null) {
            Figures.write(json, DrillReport.json(reports));
        }
        Path folder = options.report();
        if (folder != null) {
            String command = "isochrone "
                    + String.join(
                            " ", spec.root().commandLine().getParseResult().originalArgs());
            Files.writeString(folder.resolve("drills.md"), DrillPage.markdown(reports, command));
            for (DrillReport report : reports) {
                Files.writeString(folder.resolve(report.drill().name() + ".svg"), DrillPage.timeline(report.middle()));
                Files.writeString(folder.resolve(report.drill().name() + ".csv"), DrillPage.samples(report.middle()));
            }
        }
    }
}
