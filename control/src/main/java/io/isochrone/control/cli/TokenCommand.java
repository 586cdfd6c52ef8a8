package io.isochrone.control.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The group of commands about tokens. Not thread-safe; confined to the main thread. */
@Command(
        name = "token",
        header = {"Makes, lists and revokes tokens.", ""},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Acts on the tokens that callers of a control plane show. A reader sees everything but secrets,",
            "an operator changes it, a node fetches its configuration and reports."
        },
        footer = {
            "",
            "Examples:",
            "  isochrone token create alice --role operator --out alice.token",
            "  isochrone token create eastasia-nodes --role node --service apim1 --region eastasia --out node.token",
            "  isochrone token list",
            "  isochrone token revoke ID"
        })
final class TokenCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    static CommandLine with(Surroundings around) {
        return new CommandLine(new TokenCommand())
                .addSubcommand(new TokenList(around))
                .addSubcommand(new TokenCreate(around))
                .addSubcommand(new TokenRevoke(around));
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
