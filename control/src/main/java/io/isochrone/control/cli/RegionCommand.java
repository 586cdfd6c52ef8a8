package io.isochrone.control.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The group of commands about a service's regions. Not thread-safe; confined to the main thread. */
@Command(
        name = "region",
        header = {"Adds, scales, switches off and removes regions of a service.", ""},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Acts on the regions of a service, at a control plane.",
        footer = {
            "",
            "A region is written westeurope or \"West Europe\". More than one needs the Premium tier.",
            "Traffic follows by itself: to a new region once its nodes serve, away from one before it goes.",
            "",
            "Examples:",
            "  isochrone region list",
            "  isochrone region add \"East Asia\" --units 2",
            "  isochrone region scale eastasia 3",
            "  isochrone region disable westeurope         its clients go to the next nearest region",
            "  isochrone region remove eastasia",
            "",
            "Exit codes: 0 done, 1 refused, failed or no control plane answers, 2 not run: wrong arguments,",
            "no token, not confirmed."
        })
final class RegionCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    static CommandLine with(Surroundings around) {
        return new CommandLine(new RegionCommand())
                .addSubcommand(new RegionList(around))
                .addSubcommand(new RegionAdd(around))
                .addSubcommand(new RegionScale(around))
                .addSubcommand(new RegionSwitch.Off(around))
                .addSubcommand(new RegionSwitch.On(around))
                .addSubcommand(new RegionRemove(around));
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
