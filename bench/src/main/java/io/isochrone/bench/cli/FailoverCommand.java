package io.isochrone.bench.cli;

import io.isochrone.bench.drill.Drills;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The drill in which a region is killed, under its old name. Not thread-safe; confined to the main thread. */
@Command(
        name = "failover",
        header = {"Kills a region under load and measures what it costs: the drill kill-get.", ""},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {"The same as isochrone bench drill kill-get; its --help says more."},
        footer = {
            "",
            "Examples:",
            "  isochrone bench failover",
            "  isochrone bench failover --front haproxy",
            "  isochrone bench failover --rate 500 --duration 15s --fault-at 4s --heal-at 9s --json drill.json"
        })
final class FailoverCommand implements Callable<Integer> {
    @Mixin
    private DrillOptions options = new DrillOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        return DrillCommand.run(List.of(Drills.find("kill-get")), options, spec);
    }
}
