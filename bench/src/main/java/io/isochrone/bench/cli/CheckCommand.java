package io.isochrone.bench.cli;

import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.Location;
import io.isochrone.config.problem.InvalidConfigException;
import io.isochrone.config.problem.Problem;
import io.isochrone.config.read.DeploymentReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Reads deployment files and reports every problem of each. Not thread-safe; confined to the main thread. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Reads deployment files and reports every problem at once, each as",
            "  file:line:column: path: value (expected: ...)"
        },
        footer = {"", "Exit codes: 0 all good, 2 problems.", "", "Example: isochrone check config/world.yaml"})
final class CheckCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "deployment file, such as config/world.yaml")
    private List<Path> files;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        int problems = 0;
        for (Path file : files) {
            try {
                out.println(file + ": good (" + summary(DeploymentReader.readFile(file)) + ")");
            } catch (InvalidConfigException e) {
                for (Problem problem : e.problems()) {
                    err.println(problem);
                }
                problems += e.problems().size();
            }
        }
        if (problems > 0) {
            err.println(problems == 1 ? "1 problem" : problems + " problems");
        }
        out.flush();
        err.flush();
        return problems == 0 ? IsochroneMain.OK : IsochroneMain.USAGE;
    }

    private static String summary(Deployment deployment) {
        List<Location> locations = deployment.service().locations();
        int nodes =
                locations.stream().mapToInt(location -> location.nodes().size()).sum();
        return plural(locations.size(), "region") + ", " + plural(nodes, "node") + ", "
                + plural(deployment.apis().size(), "API");
    }

    private static String plural(int count, String thing) {
        return count + " " + thing + (count == 1 ? "" : "s");
    }
}
