package io.isochrone.control.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The group of commands about nodes. Not thread-safe; confined to the main thread. */
@Command(
        name = "node",
        header = {"Tells which nodes there are and what they run.", ""},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Tells of the nodes of a service, at a control plane.",
        footer = {"", "Example: isochrone node list"})
final class NodeCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    static CommandLine with(Surroundings around) {
        return new CommandLine(new NodeCommand()).addSubcommand(new NodeList(around));
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
