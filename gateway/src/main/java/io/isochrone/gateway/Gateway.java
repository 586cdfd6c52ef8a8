package io.isochrone.gateway;

import io.isochrone.config.model.ApiMatcher;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.GatewaySettings;
import io.isochrone.config.model.IpLiteral;
import io.isochrone.config.model.Location;
import io.isochrone.config.source.NodeReport;
import io.isochrone.gateway.backend.BackendDirectory;
import io.isochrone.gateway.backend.BackendSet;
import io.isochrone.gateway.door.GatewayDispatcher;
import io.isochrone.gateway.door.GatewaySnapshot;
import io.isochrone.proxy.admin.AdminResponse;
import io.isochrone.proxy.admin.AdminServer;
import io.isochrone.proxy.client.ClientAddress;
import io.isochrone.proxy.dns.Names;
import io.isochrone.proxy.exchange.ExchangeObserver;
import io.isochrone.proxy.exchange.Peer;
import io.isochrone.proxy.feed.LoadMeter;
import io.isochrone.proxy.mark.NotProcessedMark;
import io.isochrone.proxy.observe.AccessLog;
import io.isochrone.proxy.observe.Metrics;
import io.isochrone.proxy.observe.Observers;
import io.isochrone.proxy.rehearsal.Rehearsal;
import io.isochrone.proxy.rehearsal.WarmUp;
import io.isochrone.proxy.runtime.BindFailedException;
import io.isochrone.proxy.runtime.EngineSettings;
import io.isochrone.proxy.runtime.ProxyOptions;
import io.isochrone.proxy.runtime.ProxyServer;
import io.isochrone.proxy.runtime.Transport;
import io.isochrone.proxy.tls.NodeTls;
import io.isochrone.proxy.tls.TlsMeters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A gateway node: the wiring of its parts and its life.
 *
 * <p>Thread-safe: reloads are taken one at a time; traffic reads one volatile snapshot.
 */
public final class Gateway {
    /** How long a node that is a process of its own rehearses at most. */
    public static final Duration WARM_UP = Duration.ofSeconds(2);

    private final NodeTls tls;
    private final Transport transport;
    private final Names names;
    private final BackendDirectory backends;
    private final String region;
    private final Metrics metrics = new Metrics();
    private final LoadMeter load = new LoadMeter(System.nanoTime());
    private final @Nullable AccessLog accessLog;
    private volatile @Nullable ProxyServer server;
    private volatile @Nullable AdminServer admin;
    private volatile GatewaySnapshot snapshot;
    /** What the snapshot was built from; only by who holds the lock. */
    private Deployment inForce;

    private volatile boolean draining;
    private final WarmUp warmUp = new WarmUp();
    private final AtomicBoolean killed = new AtomicBoolean();

    private Gateway(Deployment deployment, GatewayOptions options) {
        this.region = options.region();
        this.names = new Names(deployment.gateway().connections().dns(), false);
        this.backends = new BackendDirectory(region, names);
        this.inForce = deployment;
        this.snapshot = build(deployment);
        GatewaySettings settings = deployment.gateway();
        this.tls = NodeTls.open(deployment.gatewayConnections());
        TlsMeters.show(metrics, tls);
        this.accessLog = settings.accessLog().target().equals("off") ? null : new AccessLog(settings.accessLog());
        this.transport = Transport.start("gateway", settings.eventLoops());
        names.start(transport);
        names.show(metrics);
    }

    /** Starts serving. Throws IllegalArgumentException for a region that the deployment does not have. */
    public static Gateway start(Deployment deployment, GatewayOptions options) throws BindFailedException {
        return start(deployment, options, Duration.ZERO);
    }

    /** The same, and rehearses beside for up to {@code warmUp}: until then the status path says 503. */
    public static Gateway start(Deployment deployment, GatewayOptions options, Duration warmUp)
            throws BindFailedException {
        Gateway gateway = new Gateway(deployment, options);
        try {
            gateway.warmUp.start(GatewayRehearsal::run, warmUp);
            gateway.open(options);
            gateway.showBackends();
            return gateway;
        } catch (BindFailedException e) {
            gateway.kill();
            throw e;
        }
    }

    /** Rehearses for up to {@code limit} without a gateway to serve; blocks. Throws BindFailedException when loopback has no free port. */
    public static Rehearsal.Result rehearse(Duration limit) throws BindFailedException {
        return GatewayRehearsal.run(limit);
    }

    private void open(GatewayOptions options) throws BindFailedException {
        ExchangeObserver counted = new Observers(metrics, load);
        ExchangeObserver observer = accessLog == null ? counted : new Observers(counted, accessLog);
        ProxyServer running = ProxyServer.bind(
                transport,
                new ProxyOptions(
                        options.nodeId(),
                        options.listen(),
                        () -> snapshot.engine(),
                        (remote, encrypted) -> {
                            byte[] address = IpLiteral.unmap(remote.getAddress().getAddress());
                            boolean node = ClientAddress.isTrusted(
                                    address, snapshot.settings().trustedProxies());
                            Object role = node ? Peer.NODE : "";
                            return new Peer(address, IpLiteral.format(address), remote.getPort(), encrypted, role);
                        },
                        new GatewayDispatcher(() -> snapshot, () -> draining, warmUp::isRunning, region),
                        observer,
                        options.tap(),
                        false,
                        tls));
        server = running;
        metrics.gauge("isochrone.requests.in.flight", "Requests under way", Map.of(), running::inFlight);
        metrics.gauge(
                "isochrone.memory.pressure",
                "1 while buffers hold too much to keep bodies for another attempt, 2 while requests are shed for it",
                Map.of(),
                running::memoryPressure);
        if (options.admin() != null) {
            admin = AdminServer.bind(options.admin())
                    .route(
                            "/metrics",
                            request -> new AdminResponse(
                                    200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape()))
                    .route("/health", request -> health());
        }
        if (accessLog != null) {
            metrics.total(
                    "isochrone.access.log.dropped",
                    "Access log lines that were not written",
                    Map.of(),
                    accessLog::dropped);
        }
    }

    /** Whether the node serves, and for each API how many of its backends may be used: one API's trouble is not the node's. */
    private AdminResponse health() {
        GatewaySnapshot now = snapshot;
        String state =
                draining ? "draining" : now.disabled() ? "gateway disabled" : warmUp.isRunning() ? "warming up" : "ok";
        int status = state.equals("ok") ? 200 : 503;
        StringBuilder out = new StringBuilder(128);
        out.append("{\"statusCode\":").append(status).append(",\"message\":\"").append(state);
        out.append("\",\"region\":\"").append(region).append("\",\"apis\":{");
        String comma = "";
        for (Map.Entry<String, BackendSet> api : new TreeMap<>(now.backends()).entrySet()) {
            BackendSet set = api.getValue();
            out.append(comma)
                    .append('"')
                    .append(api.getKey())
                    .append("\":{\"backends\":")
                    .append(set.size());
            out.append(",\"usable\":").append(set.usable(now())).append('}');
            comma = ",";
        }
        return new AdminResponse(status, "application/json", out.append("}}\n").toString());
    }

    private long now() {
        return transport.loops().next().ticker().nanoTime();
    }

    /** Shows the backends of every API; one that the configuration no longer has shows as not a number. */
    private void showBackends() {
        for (String api : snapshot.backends().keySet()) {
            Map<String, String> labels = Map.of("api", api);
            metrics.gauge("isochrone.backends", "Backends of the API in this region", labels, () -> {
                BackendSet set = snapshot.backends().get(api);
                return set == null ? Double.NaN : set.size();
            });
            metrics.gauge("isochrone.backends.usable", "Backends that are not ejected", labels, () -> {
                BackendSet set = snapshot.backends().get(api);
                return set == null ? Double.NaN : set.usable(now());
            });
            metrics.gauge("isochrone.api.requests.in.flight", "Requests of the API under way", labels, () -> {
                BackendSet set = snapshot.backends().get(api);
                return set == null ? Double.NaN : set.bulkhead().count();
            });
        }
    }

    /** The node's metrics, for what its process adds. */
    public Metrics metrics() {
        return metrics;
    }

    private Location here(Deployment deployment) {
        Location here = null;
        for (Location location : deployment.service().locations()) {
            if (location.region().name().equals(region)) {
                here = location;
            }
        }
        if (here == null) {
            throw new IllegalArgumentException("region: \"" + region + "\" (expected: a location of service "
                    + deployment.service().name() + ": "
                    + String.join(
                            ", ",
                            deployment.service().locations().stream()
                                    .map(l -> l.region().name())
                                    .toList())
                    + ")");
        }
        return here;
    }

    private GatewaySnapshot build(Deployment deployment) {
        Location here = here(deployment);
        GatewaySettings settings = deployment.gateway();
        return new GatewaySnapshot(
                settings,
                new EngineSettings(
                        settings.limits(),
                        settings.timeouts(),
                        settings.connections().proxyProtocol()),
                new ApiMatcher(deployment.apis()),
                backends.build(deployment),
                NotProcessedMark.of(deployment.service().hopSecret()),
                here.gatewayDisabled());
    }

    /** Takes a changed deployment, and does nothing for one that says the same; exchanges under way go on as they began. Throws and changes nothing when it cannot be used. */
    public synchronized void reload(Deployment deployment) {
        if (deployment.equals(inForce)) {
            return; // written otherwise, and says the same
        }
        here(deployment);
        snapshot.settings().connections().checkChange(deployment.gateway().connections());
        tls.reload(deployment.gatewayConnections());
        TlsMeters.show(metrics, tls);
        snapshot = build(deployment);
        inForce = deployment;
        showBackends();
    }

    /** Looks whether the files of certificates changed, and takes them if they are good. Blocks; not for event loops. */
    public void lookAtCertificates() {
        tls.poll(System.nanoTime(), System.currentTimeMillis() / 1000);
    }

    /** What is in force. */
    synchronized Deployment deployment() {
        return inForce;
    }

    /** {@code starting} while the node does not say that it serves, {@code serving}, or {@code draining}. */
    public String state() {
        return draining ? "draining" : warmUp.isRunning() ? "starting" : "serving";
    }

    /** What was carried since this was asked last. For one thread. */
    public NodeReport report() {
        ProxyServer running = server;
        LoadMeter.Taken taken = load.take(running == null ? 0 : running.inFlight(), System.nanoTime());
        return new NodeReport(taken.load(), List.of(), List.of());
    }

    /** The port that is listened on. */
    public int port() {
        ProxyServer running = server;
        return running == null ? 0 : running.port();
    }

    /** The admin port, or 0. */
    public int adminPort() {
        AdminServer running = admin;
        return running == null ? 0 : running.port();
    }

    /** Says that it is leaving, goes on serving for the restart delay, then waits for what is under way. */
    public CompletableFuture<Void> drain() {
        draining = true;
        ProxyServer running = server;
        if (running == null) {
            return CompletableFuture.completedFuture(null);
        }
        return running.drain(
                snapshot.settings().restartDelay(),
                snapshot.settings().timeouts().drain());
    }

    /** Drains, then ends. Waits for it. */
    public void stop() {
        drain().join();
        kill();
    }

    /** Ends within {@code limit}, cutting what is not done by then. */
    public void stop(Duration limit) {
        draining = true;
        ProxyServer running = server;
        if (running != null) {
            running.drain(Duration.ZERO, limit).join();
        }
        kill();
    }

    /** Ends at once, as a crash would; a second call does nothing. */
    public void kill() {
        draining = true;
        if (!killed.compareAndSet(false, true)) {
            return;
        }
        ProxyServer running = server;
        if (running != null) {
            running.kill();
        }
        AdminServer operators = admin;
        if (operators != null) {
            operators.close();
        }
        if (accessLog != null) {
            accessLog.close();
        }
        names.close();
        transport.close();
        tls.close();
    }
}
