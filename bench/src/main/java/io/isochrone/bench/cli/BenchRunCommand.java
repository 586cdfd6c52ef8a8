package io.isochrone.bench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.bench.load.LoadClients;
import io.isochrone.bench.load.LoadPlan;
import io.isochrone.bench.load.LoadRun;
import io.isochrone.bench.load.LoadTally;
import io.isochrone.bench.report.Figures;
import io.isochrone.bench.report.LoadReport;
import io.isochrone.config.model.HostPort;
import io.isochrone.control.cli.Spans;
import io.isochrone.proxy.runtime.Transport;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Open-loop load on a URL. Not thread-safe; confined to the main thread. */
@Command(
        name = "run",
        header = {"Open-loop load on a URL.", ""},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Sends requests at a fixed rate, whatever becomes of earlier ones, and counts each",
            "latency from the time the request was due: a stalled server shows."
        },
        footer = {
            "",
            "Ctrl-C ends it early and still reports. Exit codes: 0 no request failed, 1 some did,",
            "2 wrong arguments.",
            "",
            "Examples:",
            "  isochrone bench run --url http://127.0.0.1:8080/hello --rate 2000 --duration 20s --spread",
            "  isochrone bench run --url http://127.0.0.1:8080/ --rate 500 --duration 10s --json run.json"
        })
final class BenchRunCommand implements Callable<Integer> {
    @Option(names = "--url", required = true, description = "http://host[:port][/path]")
    private URI url;

    @Option(names = "--rate", defaultValue = "1000", description = "requests per second (${DEFAULT-VALUE})")
    private double rate;

    @Option(
            names = "--duration",
            defaultValue = "10s",
            converter = Spans.class,
            description = "how long, such as 500ms, 20s, 2m (${DEFAULT-VALUE})")
    private Duration duration;

    @Option(names = "--spread", description = "clients spread over the world, in X-Forwarded-For")
    private boolean spread;

    @Option(
            names = "--clients",
            paramLabel = "FILE",
            description = "clients of a file: city,country,latitude,longitude,weight,address")
    private @Nullable Path clients;

    @Option(names = "--method", defaultValue = "GET", description = "request method (${DEFAULT-VALUE})")
    private String method;

    @Option(
            names = "--body",
            paramLabel = "BYTES",
            defaultValue = "0",
            description = "length of each request body (${DEFAULT-VALUE})")
    private int body;

    @Option(names = "--connections", defaultValue = "2000", description = "most connections at once (${DEFAULT-VALUE})")
    private int connections;

    @Option(
            names = "--timeout",
            defaultValue = "10s",
            converter = Spans.class,
            description = "when a request has failed (${DEFAULT-VALUE})")
    private Duration timeout;

    @Option(names = "--seed", defaultValue = "1", description = "of the choice among clients (${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--json", paramLabel = "FILE", description = "also write the figures as one JSON object")
    private @Nullable Path json;

    @Spec
    private CommandSpec spec;

    @Override
    @SuppressWarnings("try") // the hook on Ctrl-C is there to be closed only
    public Integer call() throws InterruptedException, ExecutionException, IOException {
        LoadPlan plan = plan();
        LoadTally tally = new LoadTally();
        long start = System.nanoTime();
        LoadReport report;
        try (Transport transport = Transport.start("load", 1)) {
            LoadRun run = LoadRun.start(transport, plan, tally);
            try (Interrupts interrupts = new Interrupts(run::stop);
                    Progress progress = Progress.onTerminal()) {
                await(run, tally, plan, start, progress);
                report = new LoadReport(tally, plan.requests(), (System.nanoTime() - start) / 1e9);
                progress.clear();
                print(report);
            }
        }
        return tally.failed() == 0 && tally.total() > 0 ? IsochroneMain.OK : IsochroneMain.BAD;
    }

    private LoadPlan plan() throws IOException {
        String host = url.getHost();
        if (!"http".equals(url.getScheme()) || host == null) {
            throw new CommandFailedException(
                    IsochroneMain.USAGE, "--url: \"" + url + "\" (expected: http://host[:port][/path])");
        }
        if (body < 0 || body > 64 << 20) {
            throw new CommandFailedException(IsochroneMain.USAGE, "--body: " + body + " (expected: 0 to 67108864)");
        }
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        try {
            return new LoadPlan(
                    new HostPort(host.replaceAll("[\\[\\]]", ""), url.getPort() < 0 ? 80 : url.getPort()),
                    url.getRawAuthority(),
                    url.getRawQuery() == null ? path : path + "?" + url.getRawQuery(),
                    method,
                    body,
                    rate,
                    duration,
                    clients != null ? LoadClients.read(clients) : spread ? LoadClients.world() : null,
                    connections,
                    timeout,
                    seed);
        } catch (IllegalArgumentException e) {
            throw new CommandFailedException(IsochroneMain.USAGE, String.valueOf(e.getMessage()));
        } catch (java.nio.file.NoSuchFileException e) {
            throw new CommandFailedException(
                    IsochroneMain.USAGE, "--clients: " + e.getFile() + " (expected: a file that exists)");
        }
    }

    private static void await(LoadRun run, LoadTally tally, LoadPlan plan, long start, Progress progress)
            throws InterruptedException, ExecutionException {
        boolean done = false;
        while (!done) {
            try {
                run.done().get(500, TimeUnit.MILLISECONDS);
                done = true;
            } catch (TimeoutException e) {
                run.onLoop(() -> progress.show(String.format(
                                Locale.ROOT,
                                "%.0f of %.0f s  %,d requests  %,d failed  p50 %s ms  p99 %s ms  max %s ms",
                                (System.nanoTime() - start) / 1e9,
                                plan.duration().toNanos() / 1e9,
                                tally.total(),
                                tally.failed(),
                                Figures.millis(tally.latency().getValueAtPercentile(50)),
                                Figures.millis(tally.latency().getValueAtPercentile(99)),
                                Figures.millis(tally.latency().getMaxValue()))))
                        .get();
            }
        }
    }

    private void print(LoadReport report) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        report.lines().forEach(out::println);
        out.flush();
        if (json != null) {
            ObjectNode figures = report.json();
            figures.put("url", url.toString());
            figures.put("ratePerSecond", rate);
            figures.put("durationSeconds", duration.toNanos() / 1e9);
            Figures.write(json, figures);
        }
    }
}
