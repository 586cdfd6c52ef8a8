package io.isochrone.bench.cli;

import io.isochrone.control.ControlMain;
import io.isochrone.control.cli.OperatorCommands;
import io.isochrone.control.cli.Surroundings;
import io.isochrone.gateway.GatewayMain;
import io.isochrone.router.RouterMain;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.HelpCommand;

/**
 * The isochrone command: names its subcommands and turns what they say into an exit code.
 *
 * <p>Immutable.
 */
@Command(
        name = "isochrone",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "",
            "A multi-region API gateway: every request goes to the nearest healthy region,",
            "and to the next nearest when that one is gone.",
            ""
        },
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "@|bold Examples:|@",
            "  isochrone up                                   a world of four regions on this machine",
            "  curl -H 'X-Forwarded-For: 190.234.175.221' http://127.0.0.1:8080/hello",
            "  isochrone world offline brazilsouth            in a second terminal: its clients move on",
            "  isochrone world online brazilsouth             and come home",
            "  isochrone check config/world.yaml              every problem of a file at once",
            "  isochrone region add \"East Asia\" --units 2    at a control plane: isochrone region --help",
            "  isochrone bench drill kill-get                 kills a region under load and measures",
            "",
            "@|bold Exit codes:|@",
            "  0  done",
            "  1  it ran, and the answer is bad: requests failed, no world is running",
            "  2  not run: wrong arguments, a bad file, a port in use",
            "",
            "isochrone help COMMAND says more about each."
        })
public final class IsochroneMain implements Runnable {
    /** Done. */
    public static final int OK = 0;

    /** It ran, and the answer is bad. */
    public static final int BAD = 1;

    /** It was not run. */
    public static final int USAGE = 2;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    public static void main(String[] args) {
        System.exit(commandLine(args).execute(args));
    }

    /** The command as far as {@code args} need it: a node that starts does not wait for what the other commands declare. */
    static CommandLine commandLine(String... args) {
        CommandLine line = new CommandLine(new IsochroneMain());
        String first = args.length == 0 ? "" : args[0];
        switch (first) {
            case "router" -> line.addSubcommand(new RouterMain());
            case "gateway" -> line.addSubcommand(new GatewayMain());
            case "control" -> line.addSubcommand(control());
            default -> {
                if (OperatorCommands.has(first)) {
                    OperatorCommands.add(first, line, Surroundings.ofProcess());
                } else {
                    everything(line);
                }
            }
        }
        return dressed(line);
    }

    private static CommandLine control() {
        CommandLine control = new CommandLine(new ControlMain());
        OperatorCommands.addToControl(control, Surroundings.ofProcess());
        return control;
    }

    private static void everything(CommandLine line) {
        line.addSubcommand(new UpCommand())
                .addSubcommand(new WorldCommand())
                .addSubcommand(new CheckCommand())
                .addSubcommand(new RouterMain())
                .addSubcommand(new GatewayMain())
                .addSubcommand(control());
        OperatorCommands.addAll(line, Surroundings.ofProcess());
        line.addSubcommand(new BenchCommand())
                .addSubcommand(new RehearseCommand())
                .addSubcommand(new HelpCommand());
    }

    /** Gives the command its error messages: one line, then where to find help. */
    private static CommandLine dressed(CommandLine line) {
        line.setCaseInsensitiveEnumValuesAllowed(true);
        boolean colours = Boolean.getBoolean("isochrone.out.terminal") && System.getenv("NO_COLOR") == null;
        line.setColorScheme(Help.defaultColorScheme(colours ? Help.Ansi.ON : Help.Ansi.OFF));
        line.setUsageHelpAutoWidth(Boolean.getBoolean("isochrone.out.terminal"));
        line.setUsageHelpWidth(100);
        line.setParameterExceptionHandler((error, args) -> {
            CommandLine failed = error.getCommandLine();
            PrintWriter err = failed.getErr();
            err.println(failed.getColorScheme().errorText("isochrone: " + error.getMessage()));
            CommandLine.UnmatchedArgumentException.printSuggestions(error, err);
            err.println("Try '" + failed.getCommandSpec().qualifiedName() + " --help'.");
            err.flush();
            return USAGE;
        });
        line.setExecutionExceptionHandler((error, failed, parsed) -> {
            if (error instanceof CommandFailedException known) {
                failed.getErr().println(failed.getColorScheme().errorText("isochrone: " + known.getMessage()));
                failed.getErr().flush();
                return known.exitCode();
            }
            throw error;
        });
        return line;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
