package io.isochrone.bench.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Measurements. Not thread-safe; confined to the main thread. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Measures: open-loop load, what clients notice of whatever goes wrong, what a request costs beside peers, whether anything leaks or mixes up answers, and what broken messages do.",
        subcommands = {
            BenchRunCommand.class,
            DrillCommand.class,
            FailoverCommand.class,
            PeersCommand.class,
            SoakCommand.class,
            FuzzCommand.class
        })
final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
