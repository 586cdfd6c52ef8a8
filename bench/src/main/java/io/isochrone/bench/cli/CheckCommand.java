package io.isochrone.bench.cli;

import io.isochrone.config.model.Deployment;
import io.isochrone.config.read.CheckReport;
import io.isochrone.proxy.tls.NodeTls;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Reads deployment files and reports every problem of each. Not thread-safe; confined to the main thread. */
@Command(
        name = "check",
        header = {"Reports every problem of a deployment file at once.", ""},
        mixinStandardHelpOptions = true,
        description = {
            "Reads deployment files and reports every problem at once, each as",
            "  file:line:column: path: value (expected: ...)",
            "Certificates and keys that a file names are read and tried out."
        },
        footer = {"", "Exit codes: 0 all good, 2 problems.", "", "Example: isochrone check config/world.yaml"})
final class CheckCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "deployment file, such as config/world.yaml")
    private List<Path> files;

    @Option(
            names = "--no-certificates",
            description = "leave out the certificate files, for a machine that does not hold those of all nodes")
    private boolean noFiles;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        int problems = 0;
        for (Path file : files) {
            CheckReport report = CheckReport.check(file, noFiles ? deployment -> {} : CheckCommand::certificates);
            (report.isGood() ? out : err).print(report.text());
            problems += report.problems().size();
        }
        out.flush();
        err.flush();
        return problems == 0 ? IsochroneMain.OK : IsochroneMain.USAGE;
    }

    private static void certificates(Deployment deployment) {
        NodeTls.open(deployment.router().connections()).close();
        NodeTls.open(deployment.gatewayConnections()).close();
    }
}
