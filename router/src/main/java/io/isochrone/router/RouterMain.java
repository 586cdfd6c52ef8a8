package io.isochrone.router;

import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.problem.InvalidConfigException;
import io.isochrone.config.read.DeploymentReader;
import io.isochrone.config.source.ControlSettings;
import io.isochrone.config.source.ControlSource;
import io.isochrone.config.source.FileSource;
import io.isochrone.config.source.OwnAddress;
import io.isochrone.proxy.feed.ControlOptions;
import io.isochrone.proxy.feed.FeedMeters;
import io.isochrone.proxy.runtime.BindFailedException;
import io.isochrone.router.geo.GeoDatabaseException;
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

/** The command that runs a router. Not thread-safe; confined to the main thread. */
@Command(
        name = "router",
        mixinStandardHelpOptions = true,
        description = "Runs the front router: each request goes to the nearest healthy region.",
        footer = {
            "",
            "The configuration is a file, looked at twice a second, or comes from a control plane: a good change is",
            "taken without dropping a connection, a bad one is refused whole and logged. So is a changed geo database.",
            "With a control plane the router starts from its disk when that is down. SIGTERM drains and exits 0.",
            "The admin port has /explain?client=ADDRESS, /metrics and /health.",
            "Exit codes: 0 stopped, 2 bad configuration, geo database, token or address.",
            "",
            "Examples:",
            "  isochrone router --control https://control:8443 --token-file token",
            "  isochrone router --config config/world.yaml"
        })
public final class RouterMain implements Callable<Integer> {
    private static final long GEO_PERIOD_SECONDS = 2;
    private static final long TLS_PERIOD_MILLIS = 500;
    private static final String STALE = "1 while the file is refused or unreadable and an older one is in force";

    @Option(names = "--config", paramLabel = "FILE", description = "deployment file")
    private @Nullable Path config;

    @Mixin
    private ControlOptions control;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "where to listen, instead of the configuration's")
    private @Nullable String listen;

    @Option(names = "--admin", paramLabel = "HOST:PORT", description = "admin address, instead of the configuration's")
    private @Nullable String admin;

    @Option(
            names = "--share-port",
            description =
                    "let another router listen on the same port: a new one takes over, then the old one is stopped")
    private boolean sharedPort;

    @Option(
            names = "--no-warm-up",
            description =
                    "be ready at once; by default /health says 503 for up to 2 s, while the router rehearses failures")
    private boolean cold;

    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        System.exit(new CommandLine(new RouterMain()).execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            control.check(config);
            return config == null ? fed() : fromFile(config);
        } catch (InvalidConfigException | IllegalArgumentException | BindFailedException | GeoDatabaseException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return 2;
        }
    }

    private int fromFile(Path file) throws InterruptedException, BindFailedException, GeoDatabaseException {
        AtomicReference<Router> running = new AtomicReference<>();
        FileSource source = new FileSource(
                file, deployment -> Objects.requireNonNull(running.get()).reload(deployment));
        Deployment deployment = DeploymentReader.readFile(file);
        HostPort at = listen == null ? deployment.router().listen() : HostPort.parse(listen);
        HostPort adminAt = admin == null ? deployment.router().admin() : HostPort.parse(admin);
        String nodeId = "router-" + at.toString().replaceAll("[^A-Za-z0-9]", "-") + "-"
                + ProcessHandle.current().pid();
        Router router = Router.start(
                deployment,
                new RouterOptions(at, adminAt, nodeId, channel -> {}, sharedPort),
                cold ? Duration.ZERO : Router.WARM_UP);
        running.set(router);
        router.metrics().total("isochrone.config.loads", "Changes taken", Map.of(), source::loads);
        router.metrics().total("isochrone.config.refusals", "Changes refused", Map.of(), source::refusals);
        router.metrics().gauge("isochrone.config.stale", STALE, Map.of(), () -> source.isStale() ? 1 : 0);
        source.watch(keepLooking(router));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(router), "drain"));
        sayReady(router);
        new CountDownLatch(1).await();
        return 0;
    }

    /** Serves what a control plane says; waits for it as long as need be. */
    private int fed() throws InterruptedException, BindFailedException {
        ControlSettings settings = control.settings();
        HostPort at = listen == null ? null : ControlOptions.address("--listen", listen);
        AtomicReference<ControlSource> source = new AtomicReference<>();
        RouterFeed feed = new RouterFeed(
                at,
                admin == null ? null : ControlOptions.address("--admin", admin),
                control.advertisedOrNull(at),
                OwnAddress.towards(settings.urls()),
                sharedPort,
                cold ? Duration.ZERO : Router.WARM_UP,
                router -> {
                    FeedMeters.show(router.metrics(), Objects.requireNonNull(source.get()));
                    keepLooking(router);
                    sayReady(router);
                });
        String name = ControlOptions.nameOf(at == null ? "router" : "router-" + at.port());
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

    private void sayReady(Router router) {
        say("router on port " + router.port() + ", admin on port " + router.adminPort());
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    /** Looks after the router's files from now on; whatever else has to be looked at can be added. */
    private static ScheduledExecutorService keepLooking(Router router) {
        ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "control");
            thread.setDaemon(true);
            return thread;
        });
        looking.scheduleWithFixedDelay(
                router::lookAtGeoDatabase, GEO_PERIOD_SECONDS, GEO_PERIOD_SECONDS, TimeUnit.SECONDS);
        looking.scheduleWithFixedDelay(
                router::lookAtCertificates, TLS_PERIOD_MILLIS, TLS_PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        return looking;
    }

    /** The control plane hears first that the node is leaving. */
    private static void stop(RouterFeed feed, ControlSource source) {
        Router router = feed.router();
        if (router != null) {
            CompletableFuture<Void> drained = router.drain();
            source.stateChanged();
            drained.join();
            router.kill();
        }
        Runtime.getRuntime().halt(0);
    }

    /** A drained node has done what it was told: it exits with 0, not with the signal's code that the JVM would choose. */
    private static void stop(Router router) {
        router.stop();
        Runtime.getRuntime().halt(0);
    }
}
