package io.isochrone.gateway;

import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Location;
import io.isochrone.config.model.Region;
import io.isochrone.config.problem.InvalidConfigException;
import io.isochrone.config.read.DeploymentReader;
import io.isochrone.config.source.ControlSettings;
import io.isochrone.config.source.ControlSource;
import io.isochrone.config.source.FileSource;
import io.isochrone.proxy.feed.ControlOptions;
import io.isochrone.proxy.feed.FeedMeters;
import io.isochrone.proxy.runtime.BindFailedException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that runs a gateway node. Not thread-safe; confined to the main thread. */
@Command(
        name = "gateway",
        mixinStandardHelpOptions = true,
        description = "Runs one gateway node of a region.",
        footer = {
            "",
            "The configuration is a file, looked at twice a second, or comes from a control plane: a good change is",
            "taken without dropping a connection, a bad one is refused whole and logged. With a control plane the",
            "node starts from its disk when that is down, and waits while its region is not part of the service.",
            "SIGTERM drains and exits 0.",
            "Exit codes: 0 stopped, 2 bad configuration, region, token or address.",
            "",
            "Examples:",
            "  isochrone gateway --control https://control:8443 --token-file token --region westeurope",
            "  isochrone gateway --config config/world.yaml --region eastus --listen 127.0.0.1:8111"
        })
public final class GatewayMain implements Callable<Integer> {
    private static final long TLS_PERIOD_MILLIS = 500;
    private static final String STALE = "1 while the file is refused or unreadable and an older one is in force";

    @Option(names = "--config", paramLabel = "FILE", description = "deployment file")
    private @Nullable Path config;

    @Mixin
    private ControlOptions control;

    @Option(names = "--region", required = true, description = "location to serve: westeurope or \"West Europe\"")
    private String region;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "where to listen; with --control by default the first free port from 8101, on every"
                    + " address unless the control plane is on this machine")
    private @Nullable String listen;

    @Option(names = "--admin", paramLabel = "HOST:PORT", description = "where /metrics and /health are served")
    private @Nullable String admin;

    @Option(
            names = "--no-warm-up",
            description =
                    "take traffic at once; by default the status path says 503 for up to 2 s, while the node rehearses")
    private boolean cold;

    @Spec
    private CommandSpec spec;

    /** Runs the command and exits with its code. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new GatewayMain()).execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            control.check(config);
            return config == null ? fed() : fromFile(config);
        } catch (InvalidConfigException | IllegalArgumentException | BindFailedException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return 2;
        }
    }

    private int fromFile(Path file) throws InterruptedException, BindFailedException {
        if (listen == null) {
            throw new IllegalArgumentException("--listen: missing (expected: HOST:PORT)");
        }
        AtomicReference<Gateway> running = new AtomicReference<>();
        FileSource source = new FileSource(
                file, deployment -> Objects.requireNonNull(running.get()).reload(deployment));
        Deployment deployment = DeploymentReader.readFile(file);
        Gateway gateway = Gateway.start(
                deployment,
                new GatewayOptions(
                        regionName(deployment, region),
                        ControlOptions.address("--listen", listen),
                        adminAddress(),
                        nodeId(listen),
                        channel -> {}),
                warmUp());
        running.set(gateway);
        gateway.metrics().total("isochrone.config.loads", "Changes taken", Map.of(), source::loads);
        gateway.metrics().total("isochrone.config.refusals", "Changes refused", Map.of(), source::refusals);
        gateway.metrics().gauge("isochrone.config.stale", STALE, Map.of(), () -> source.isStale() ? 1 : 0);
        source.watch(keepLooking(gateway));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(gateway), "drain"));
        say("gateway of " + region + " on port " + gateway.port());
        new CountDownLatch(1).await();
        return 0;
    }

    /** Serves what a control plane says; waits for it as long as need be. */
    private int fed() throws InterruptedException, BindFailedException {
        ControlSettings settings = control.settings();
        HostPort at = control.listen(listen);
        AtomicReference<ControlSource> source = new AtomicReference<>();
        GatewayFeed feed = new GatewayFeed(
                region,
                at,
                control.advertised(at),
                adminAddress(),
                warmUp(),
                gateway -> {
                    FeedMeters.show(gateway.metrics(), Objects.requireNonNull(source.get()));
                    keepLooking(gateway);
                    say("gateway of " + region + " on port " + gateway.port());
                },
                this::say);
        String name = ControlOptions.nameOf("gateway-" + regionName(region) + "-" + at.port());
        ControlSource begun = new ControlSource(settings, control.state(name), feed, feed);
        source.set(begun);
        boolean kept = begun.startFromDisk();
        settings.check(kept);
        if (!kept) {
            say("waiting for the control plane " + settings.urls());
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(feed, begun), "drain"));
        begun.start();
        try {
            feed.failed().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BindFailedException bind) {
                throw bind;
            }
            throw new IllegalStateException(e.getCause());
        }
        return 0;
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    private Duration warmUp() {
        return cold ? Duration.ZERO : Gateway.WARM_UP;
    }

    private @Nullable HostPort adminAddress() {
        return admin == null ? null : ControlOptions.address("--admin", admin);
    }

    /** Looks after the gateway's certificates from now on; whatever else has to be looked at can be added. */
    private static ScheduledExecutorService keepLooking(Gateway gateway) {
        ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "control");
            thread.setDaemon(true);
            return thread;
        });
        looking.scheduleWithFixedDelay(
                gateway::lookAtCertificates, TLS_PERIOD_MILLIS, TLS_PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        return looking;
    }

    /** The control plane hears first that the node is leaving. */
    private static void stop(GatewayFeed feed, ControlSource source) {
        Gateway gateway = feed.gateway();
        if (gateway != null) {
            CompletableFuture<Void> drained = gateway.drain();
            source.stateChanged();
            drained.join();
            gateway.kill();
        }
        Runtime.getRuntime().halt(0);
    }

    /** A drained node has done what it was told: it exits with 0, not with the signal's code that the JVM would choose. */
    private static void stop(Gateway gateway) {
        gateway.stop();
        Runtime.getRuntime().halt(0);
    }

    /** The canonical name of a region that an operator may have written in either form. */
    static String regionName(Deployment deployment, String written) {
        for (Location location : deployment.service().locations()) {
            Region here = location.region();
            String wanted = written.replace(" ", "");
            if (here.name().equalsIgnoreCase(wanted)
                    || here.displayName().replace(" ", "").equalsIgnoreCase(wanted)) {
                return here.name();
            }
        }
        return regionName(written);
    }

    /** The same as far as it is known without a deployment. */
    static String regionName(String written) {
        Region known = RegionCatalogue.clouds().find(written);
        return known == null ? written : known.name();
    }

    private static String nodeId(String listen) {
        return "gateway-" + listen.replaceAll("[^A-Za-z0-9]", "-") + "-"
                + ProcessHandle.current().pid();
    }
}
