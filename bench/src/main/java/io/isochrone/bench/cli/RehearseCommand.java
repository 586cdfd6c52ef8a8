package io.isochrone.bench.cli;

import io.isochrone.config.read.CheckReport;
import io.isochrone.gateway.Gateway;
import io.isochrone.proxy.rehearsal.Rehearsal;
import io.isochrone.router.Router;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Does once what nodes do at their start, so that the launcher can archive the classes for it. Not thread-safe; confined to the main thread. */
@Command(
        name = "rehearse",
        hidden = true,
        description =
                "Rehearses a gateway and a router for a second each and ends; the launcher archives the classes it meets.")
final class RehearseCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofSeconds(1);

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "deployment file to read as well")
    private @Nullable Path file;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        if (file != null) {
            out.print(CheckReport.check(file).text());
        }
        show(out, "gateway", Gateway.rehearse(LIMIT));
        show(out, "router", Router.rehearse(LIMIT));
        out.flush();
        return IsochroneMain.OK;
    }

    private static void show(PrintWriter out, String what, Rehearsal.Result result) {
        out.println(what + ": " + result.good() + " of " + result.requests() + " good in "
                + result.took().toMillis() + " ms");
    }
}
