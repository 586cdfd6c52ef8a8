package io.isochrone.bench.cli;

import io.isochrone.bench.fuzz.Fuzz;
import io.isochrone.proxy.runtime.BindFailedException;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Broken messages for the engine. Not thread-safe; confined to the main thread. */
@Command(
        name = "fuzz",
        header = {"Sends broken messages from clients and backends through a gateway.", ""},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Requests and responses of HTTP/1.1 and frames of HTTP/2 that are almost right, 50 in a",
            "batch, through a gateway in this process. After each batch a good request must get its",
            "own answer, nothing may be under way, no buffer in use, and no bug counted."
        },
        footer = {
            "",
            "A failure prints the batch's seed and its bytes; --seed with it repeats the batch first.",
            "Exit codes: 0 all well, 1 a batch failed, 2 wrong arguments.",
            "",
            "Example: isochrone bench fuzz --seconds 60 --seed 7"
        })
final class FuzzCommand implements Callable<Integer> {
    @Option(names = "--seconds", defaultValue = "60", description = "how long (${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "of the first batch; each next has the next (${DEFAULT-VALUE})")
    private long seed;

    @Spec
    private CommandSpec spec;

    @Override
    @SuppressWarnings("try") // the hook on Ctrl-C is there to be closed only
    public Integer call() throws InterruptedException {
        if (seconds < 1) {
            throw new CommandFailedException(IsochroneMain.USAGE, "--seconds: " + seconds + " (expected: >= 1)");
        }
        try (Progress progress = Progress.onTerminal()) {
            Fuzz fuzz = new Fuzz(progress::show);
            Fuzz.Result result;
            try (Interrupts interrupts = new Interrupts(fuzz::stop)) {
                result = fuzz.run(TimeUnit.SECONDS.toNanos(seconds), seed);
            }
            progress.clear();
            String failure = result.failure();
            spec.commandLine()
                    .getOut()
                    .println(result.messages() + " messages: " + (failure == null ? "all well" : failure));
            spec.commandLine().getOut().flush();
            return failure == null ? IsochroneMain.OK : IsochroneMain.BAD;
        } catch (IOException | BindFailedException e) {
            throw new CommandFailedException(IsochroneMain.BAD, "fuzz: " + e.getMessage());
        }
    }
}
