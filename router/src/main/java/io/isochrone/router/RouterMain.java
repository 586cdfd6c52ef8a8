package io.isochrone.router;

import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.problem.InvalidConfigException;
import io.isochrone.config.read.DeploymentReader;
import io.isochrone.config.source.FileSource;
import io.isochrone.proxy.runtime.BindFailedException;
import io.isochrone.router.geo.GeoDatabaseException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine;
import picocli.CommandLine.Command;
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
            "The file is looked at twice a second: a good change is taken without dropping a connection,",
            "a bad one is refused whole and logged. So is a changed geo database. SIGTERM drains and exits 0.",
            "The admin port has /explain?client=ADDRESS, /metrics and /health.",
            "Exit codes: 0 stopped, 2 bad configuration, geo database or address.",
            "",
            "Example: isochrone router --config config/world.yaml"
        })
public final class RouterMain implements Callable<Integer> {
    private static final long GEO_PERIOD_SECONDS = 2;
    private static final long TLS_PERIOD_MILLIS = 500;
    private static final String STALE = "1 while the file is refused or unreadable and an older one is in force";

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "deployment file")
    private Path config;

    @Option(names = "--listen", paramLabel = "HOST:PORT", description = "where to listen, instead of the file's")
    private String listen;

    @Option(names = "--admin", paramLabel = "HOST:PORT", description = "admin address, instead of the file's")
    private String admin;

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
        PrintWriter err = spec.commandLine().getErr();
        AtomicReference<Router> running = new AtomicReference<>();
        FileSource source = new FileSource(
                config, deployment -> Objects.requireNonNull(running.get()).reload(deployment));
        Router router;
        try {
            Deployment deployment = DeploymentReader.readFile(config);
            HostPort at = listen == null ? deployment.router().listen() : HostPort.parse(listen);
            HostPort adminAt = admin == null ? deployment.router().admin() : HostPort.parse(admin);
            String nodeId = "router-" + at.toString().replaceAll("[^A-Za-z0-9]", "-") + "-"
                    + ProcessHandle.current().pid();
            router = Router.start(
                    deployment,
                    new RouterOptions(at, adminAt, nodeId, channel -> {}, sharedPort),
                    cold ? Duration.ZERO : Router.WARM_UP);
        } catch (InvalidConfigException | IllegalArgumentException | BindFailedException | GeoDatabaseException e) {
            err.println(e.getMessage());
            return 2;
        }
        ScheduledExecutorService control = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "control");
            thread.setDaemon(true);
            return thread;
        });
        running.set(router);
        router.metrics().total("isochrone.config.loads", "Changes taken", Map.of(), source::loads);
        router.metrics().total("isochrone.config.refusals", "Changes refused", Map.of(), source::refusals);
        router.metrics().gauge("isochrone.config.stale", STALE, Map.of(), () -> source.isStale() ? 1 : 0);
        source.watch(control);
        control.scheduleWithFixedDelay(
                router::lookAtGeoDatabase, GEO_PERIOD_SECONDS, GEO_PERIOD_SECONDS, TimeUnit.SECONDS);
        control.scheduleWithFixedDelay(
                router::lookAtCertificates, TLS_PERIOD_MILLIS, TLS_PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(router), "drain"));
        spec.commandLine()
                .getOut()
                .println("router on port " + router.port() + ", admin on port " + router.adminPort());
        spec.commandLine().getOut().flush();
        new CountDownLatch(1).await();
        return 0;
    }

    /** A drained node has done what it was told: it exits with 0, not with the signal's code that the JVM would choose. */
    private static void stop(Router router) {
        router.stop();
        Runtime.getRuntime().halt(0);
    }
}
