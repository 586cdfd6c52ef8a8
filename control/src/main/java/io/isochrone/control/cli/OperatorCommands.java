package io.isochrone.control.cli;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;

/** The commands that speak to a control plane, to be added to the isochrone command. Thread-safe: no state. */
public final class OperatorCommands {
    private static final Map<String, Function<Surroundings, CommandLine>> GROUPS = Map.of(
            "region", RegionCommand::with,
            "service", ServiceCommand::with,
            "node", NodeCommand::with,
            "token", TokenCommand::with,
            "api", ApiCommand::with);

    private static final List<String> ORDER = List.of("service", "region", "api", "node", "token");

    private OperatorCommands() {}

    /** Whether a word is one of these commands. */
    public static boolean has(String name) {
        return GROUPS.containsKey(name);
    }

    /** Adds one of these commands. */
    public static void add(String name, CommandLine to, Surroundings around) {
        Function<Surroundings, CommandLine> group = GROUPS.get(name);
        if (group == null) {
            throw new IllegalArgumentException("name: " + name + " (expected: one of " + ORDER + ")");
        }
        to.addSubcommand(group.apply(around));
    }

    /** Adds all of these commands. */
    public static void addAll(CommandLine to, Surroundings around) {
        ORDER.forEach(name -> add(name, to, around));
    }

    /** Adds what can be done with a control plane's store to the control command. */
    public static void addToControl(CommandLine control, Surroundings around) {
        control.addSubcommand(new ControlHistory(around))
                .addSubcommand(new ControlRollback(around))
                .addSubcommand(new ControlExport(around))
                .addSubcommand(new ControlImport(around));
    }
}
