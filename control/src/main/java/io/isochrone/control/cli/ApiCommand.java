package io.isochrone.control.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The group of commands about APIs. Not thread-safe; confined to the main thread. */
@Command(
        name = "api",
        header = {"Lists APIs and imports their descriptions.", ""},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Acts on the APIs of a service, at a control plane. The management REST API does the rest.",
        footer = {
            "",
            "Examples:",
            "  isochrone api import orders.yaml --backend http://10.0.0.7:9000",
            "  isochrone api list"
        })
final class ApiCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    static CommandLine with(Surroundings around) {
        return new CommandLine(new ApiCommand())
                .addSubcommand(new ApiList(around))
                .addSubcommand(new ApiImport(around));
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
