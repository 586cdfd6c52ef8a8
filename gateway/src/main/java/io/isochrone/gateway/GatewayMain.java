package io.isochrone.gateway;

import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Location;
import io.isochrone.config.model.Region;
import io.isochrone.config.problem.InvalidConfigException;
import io.isochrone.config.read.DeploymentReader;
import io.isochrone.config.source.FileSource;
import io.isochrone.proxy.runtime.BindFailedException;
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

/** The command that runs a gateway node. Not thread-safe; confined to the main thread. */
@Command(
        name = "gateway",
        mixinStandardHelpOptions = true,
        description = "Runs one gateway node of a region.",
        footer = {
            "",
            "The file is looked at twice a second: a good change is taken without dropping a connection,",
            "a bad one is refused whole and logged. SIGTERM drains and exits 0.",
            "Exit codes: 0 stopped, 2 bad configuration, region or address.",
            "",
            "Example: isochrone gateway --config config/world.yaml --region eastus --listen 127.0.0.1:8111"
        })
public final class GatewayMain implements Callable<Integer> {
    private static final long TLS_PERIOD_MILLIS = 500;
    private static final String STALE = "1 while the file is refused or unreadable and an older one is in force";

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "deployment file")
    private Path config;

    @Option(names = "--region", required = true, description = "location to serve: westeurope or \"West Europe\"")
    private String region;

    @Option(names = "--listen", required = true, paramLabel = "HOST:PORT", description = "where to listen")
    private String listen;

    @Option(names = "--admin", paramLabel = "HOST:PORT", description = "where /metrics and /health are served")
    private String admin;

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
        PrintWriter err = spec.commandLine().getErr();
        AtomicReference<Gateway> running = new AtomicReference<>();
        FileSource source = new FileSource(
                config, deployment -> Objects.requireNonNull(running.get()).reload(deployment));
        Gateway gateway;
        try {
            Deployment deployment = DeploymentReader.readFile(config);
            gateway = Gateway.start(
                    deployment,
                    new GatewayOptions(
                            regionName(deployment, region),
                            address("--listen", listen),
                            admin == null ? null : address("--admin", admin),
                            nodeId(listen),
                            channel -> {}),
                    cold ? Duration.ZERO : Gateway.WARM_UP);
        } catch (InvalidConfigException | IllegalArgumentException | BindFailedException e) {
            err.println(e.getMessage());
            return 2;
        }
        ScheduledExecutorService control = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "control");
            thread.setDaemon(true);
            return thread;
        });
        running.set(gateway);
        gateway.metrics().total("isochrone.config.loads", "Changes taken", Map.of(), source::loads);
        gateway.metrics().total("isochrone.config.refusals", "Changes refused", Map.of(), source::refusals);
        gateway.metrics().gauge("isochrone.config.stale", STALE, Map.of(), () -> source.isStale() ? 1 : 0);
        source.watch(control);
        control.scheduleWithFixedDelay(
                gateway::lookAtCertificates, TLS_PERIOD_MILLIS, TLS_PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(gateway), "drain"));
        spec.commandLine().getOut().println("gateway of " + region + " on port " + gateway.port());
        spec.commandLine().getOut().flush();
        new CountDownLatch(1).await();
        return 0;
    }

    /** A drained node has done what it was told: it exits with 0, not with the signal's code that the JVM would choose. */
    private static void stop(Gateway gateway) {
        gateway.stop();
        Runtime.getRuntime().halt(0);
    }

    private static HostPort address(String option, String value) {
        try {
            return HostPort.parse(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
        }
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
        Region known = RegionCatalogue.clouds().find(written);
        return known == null ? written : known.name();
    }

    private static String nodeId(String listen) {
        return "gateway-" + listen.replaceAll("[^A-Za-z0-9]", "-") + "-"
                + ProcessHandle.current().pid();
    }
}
