package io.isochrone.control.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The group of commands about services. Not thread-safe; confined to the main thread. */
@Command(
        name = "service",
        header = {"Creates, shows, changes and deletes services.", ""},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Acts on services, at a control plane. A service has a tier, a primary region and others.",
        footer = {
            "",
            "Examples:",
            "  isochrone service create apim1 --location \"West Europe\" --tier Premium --units 2",
            "  isochrone service list",
            "  isochrone service show apim1",
            "  isochrone service update apim1 --tag team=edge",
            "  isochrone service delete apim1",
            "",
            "Exit codes: 0 done, 1 refused, failed or no control plane answers, 2 not run: wrong arguments,",
            "no token, not confirmed."
        })
final class ServiceCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    static CommandLine with(Surroundings around) {
        return new CommandLine(new ServiceCommand())
                .addSubcommand(new ServiceList(around))
                .addSubcommand(new ServiceShow(around))
                .addSubcommand(new ServiceCreate(around))
                .addSubcommand(new ServiceUpdate(around))
                .addSubcommand(new ServiceDelete(around));
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
