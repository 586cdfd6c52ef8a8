package io.isochrone.router;

import io.isochrone.config.model.ApiMatcher;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.IpLiteral;
import io.isochrone.config.model.RouterSettings;
import io.isochrone.config.source.NodeReport;
import io.isochrone.proxy.admin.AdminHandler;
import io.isochrone.proxy.admin.AdminResponse;
import io.isochrone.proxy.admin.AdminServer;
import io.isochrone.proxy.client.ClientAddress;
import io.isochrone.proxy.exchange.ExchangeObserver;
import io.isochrone.proxy.exchange.Peer;
import io.isochrone.proxy.feed.LoadMeter;
import io.isochrone.proxy.mark.NotProcessedMark;
import io.isochrone.proxy.observe.AccessLog;
import io.isochrone.proxy.observe.Metrics;
import io.isochrone.proxy.observe.Observers;
import io.isochrone.proxy.rehearsal.Rehearsal;
import io.isochrone.proxy.rehearsal.WarmUp;
import io.isochrone.proxy.resilience.RefusalRule;
import io.isochrone.proxy.runtime.BindFailedException;
import io.isochrone.proxy.runtime.EngineSettings;
import io.isochrone.proxy.runtime.ProxyOptions;
import io.isochrone.proxy.runtime.ProxyServer;
import io.isochrone.proxy.runtime.Transport;
import io.isochrone.proxy.tls.NodeTls;
import io.isochrone.proxy.tls.TlsMeters;
import io.isochrone.router.door.Explain;
import io.isochrone.router.door.ProxyDoor;
import io.isochrone.router.door.RouterSnapshot;
import io.isochrone.router.geo.GeoDatabase;
import io.isochrone.router.geo.GeoDatabaseException;
import io.isochrone.router.geo.GeoFile;
import io.isochrone.router.geo.GridDatabase;
import io.isochrone.router.geo.InhabitedPlaces;
import io.isochrone.router.geo.Locator;
import io.isochrone.router.region.RegionDirectory;
import io.netty.util.concurrent.Ticker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A router: the wiring of its parts and its life.
 *
 * <p>Thread-safe: reloads are taken one at a time; traffic reads one volatile snapshot.
 */
public final class Router {
    /** How long a router that is a process of its own rehearses at most. */
    public static final Duration WARM_UP = Duration.ofSeconds(2);

    private final Transport transport;
    private final NodeTls tls;
    private final RefusalRule refusals = new RefusalRule();
    private final RegionDirectory directory;
    private final Metrics metrics = new Metrics();
    private final LoadMeter load = new LoadMeter(System.nanoTime());
    private final RouterGauges gauges;
    private final @Nullable AccessLog accessLog;
    private @Nullable ProxyServer server;
    private @Nullable AdminServer admin;
    private volatile @Nullable GeoFile geoFile;
    private volatile RouterSnapshot snapshot;
    /** What the snapshot was built from; only by who holds the lock. */
    private Deployment inForce;

    private volatile boolean built;
    private volatile boolean draining;
    private volatile boolean sharedPort;
    private final WarmUp warmUp = new WarmUp();
    private final AtomicBoolean ended = new AtomicBoolean();

    private Router(Deployment deployment, boolean silent) throws GeoDatabaseException {
        RouterSettings settings = deployment.router();
        this.geoFile = geoFile(settings);
        this.tls = NodeTls.open(settings.connections());
        this.directory = new RegionDirectory(this::nodeChanged, tls, silent);
        this.inForce = deployment;
        this.snapshot = build(deployment, geoFile == null ? GridDatabase.embedded() : geoFile.database());
        this.accessLog = settings.accessLog().target().equals("off") ? null : new AccessLog(settings.accessLog());
        this.transport = Transport.start("router", settings.eventLoops());
        if (accessLog != null) {
            metrics.total("isochrone.access.log.dropped", "Access log lines not written", Map.of(), accessLog::dropped);
        }
        this.gauges = new RouterGauges(metrics, () -> snapshot);
        this.built = true;
        gauges.follow(snapshot);
        addGeoMetrics();
        TlsMeters.show(metrics, tls);
        directory.names().show(metrics);
        metrics.gauge(
                "isochrone.health.held",
                "1 while an operator holds what is believed of nodes and APIs",
                Map.of(),
                () -> directory.isHeld() ? 1 : 0);
    }

    private void nodeChanged() {
        if (built) {
            gauges.nodeChanged();
        }
    }

    /** Starts serving. */
    public static Router start(Deployment deployment, RouterOptions options)
            throws BindFailedException, GeoDatabaseException {
        return start(new Router(deployment, false), options);
    }

    /** The same, and rehearses beside for up to {@code warmUp}: until then {@code /health} says 503. */
    public static Router start(Deployment deployment, RouterOptions options, Duration warmUp)
            throws BindFailedException, GeoDatabaseException {
        Router router = new Router(deployment, false);
        router.warmUp.start(RouterRehearsal::run, warmUp);
        return start(router, options);
    }

    /** Starts a router whose nodes' changes of state are not logged. */
    static Router startSilently(Deployment deployment, RouterOptions options)
            throws BindFailedException, GeoDatabaseException {
        return start(new Router(deployment, true), options);
    }

    /** Rehearses for up to {@code limit} without a router to serve; blocks. Throws BindFailedException when loopback has no free port. */
    public static Rehearsal.Result rehearse(Duration limit) throws BindFailedException, GeoDatabaseException {
        return RouterRehearsal.run(limit);
    }

    private static Router start(Router router, RouterOptions options) throws BindFailedException {
        try {
            router.open(options);
            return router;
        } catch (BindFailedException e) {
            router.kill();
            throw e;
        }
    }

    private static @Nullable GeoFile geoFile(RouterSettings settings) throws GeoDatabaseException {
        String file = settings.geoDatabase();
        return file == null ? null : GeoFile.open(Path.of(file));
    }

    private RouterSnapshot build(Deployment deployment, GeoDatabase database) {
        RouterSettings settings = deployment.router();
        GeoPoint own = settings.place() == null
                ? deployment.service().primary().region().point()
                : settings.place();
        return new RouterSnapshot(
                settings,
                new EngineSettings(
                        settings.limits(),
                        settings.timeouts(),
                        settings.connections().proxyProtocol(),
                        settings.hedging()),
                directory.build(deployment, own),
                new ApiMatcher(deployment.apis()),
                new Locator(database, own),
                NotProcessedMark.of(deployment.service().hopSecret()),
                refusals);
    }

    private void open(RouterOptions options) throws BindFailedException {
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
                            boolean proxy = ClientAddress.isTrusted(
                                    address, snapshot.settings().trustedProxies());
                            Object role = proxy ? Peer.NODE : "";
                            return new Peer(address, IpLiteral.format(address), remote.getPort(), encrypted, role);
                        },
                        new ProxyDoor(() -> snapshot),
                        observer,
                        options.tap(),
                        options.sharedPort(),
                        tls,
                        () -> snapshot.nodes()));
        server = running;
        metrics.gauge("isochrone.requests.in.flight", "Requests under way", Map.of(), running::inFlight);
        metrics.gauge(
                "isochrone.memory.pressure",
                "1 while buffers hold too much to keep bodies for another attempt, 2 while requests are shed for it",
                Map.of(),
                running::memoryPressure);
        sharedPort = options.sharedPort();
        admin = AdminServer.bind(options.admin())
                .route(
                        "/metrics",
                        request -> new AdminResponse(200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape()))
                .route("/health", request -> health())
                .route("/hold", Set.of("POST"), request -> hold(true))
                .route("/release", Set.of("POST"), request -> hold(false))
                .route("/explain", request -> {
                    String client = request.parameter("client");
                    if (client == null) {
                        return AdminResponse.error(400, "client: missing (expected: /explain?client=ADDRESS)");
                    }
                    try {
                        boolean json = request.wantsJson();
                        String text = Explain.explain(
                                snapshot, client, json, Ticker.systemTicker().nanoTime());
                        return json ? AdminResponse.json(text) : AdminResponse.text(text);
                    } catch (IllegalArgumentException e) {
                        return AdminResponse.error(400, String.valueOf(e.getMessage()));
                    }
                });
    }

    private AdminResponse hold(boolean on) {
        directory.hold(on);
        String message = on ? "held: health changes nothing until it is released" : "released";
        return AdminResponse.json("{\"statusCode\":200,\"message\":\"" + message + "\"}");
    }

    private AdminResponse health() {
        if (draining || warmUp.isRunning()) {
            return AdminResponse.error(503, draining ? "draining" : "warming up");
        }
        return AdminResponse.json("{\"statusCode\":200,\"message\":\"ok\"}");
    }

    private void addGeoMetrics() {
        metrics.total("isochrone.geo.loads", "Changed geo databases taken", Map.of(), () -> {
            GeoFile file = geoFile;
            return file == null ? 0 : file.loads();
        });
        metrics.total("isochrone.geo.refusals", "Changed geo databases refused", Map.of(), () -> {
            GeoFile file = geoFile;
            return file == null ? 0 : file.refusals();
        });
        metrics.gauge(
                "isochrone.geo.stale",
                "1 while the geo database's file is refused or unreadable and an older one is in force",
                Map.of(),
                () -> {
                    GeoFile file = geoFile;
                    return file != null && file.isStale() ? 1 : 0;
                });
    }

    /**
     * Takes a changed deployment, and does nothing for one that says the same; exchanges under way go on as they began. Throws and changes nothing when its geo database or
     * certificates cannot be used, or when it changes what is fixed at start.
     */
    public synchronized void reload(Deployment deployment) {
        if (deployment.equals(inForce)) {
            return; // written otherwise, and says the same
        }
        snapshot.settings().connections().checkChange(deployment.router().connections());
        try {
            boolean sameFile = Objects.equals(
                    deployment.router().geoDatabase(), snapshot.settings().geoDatabase());
            GeoFile file = sameFile ? geoFile : geoFile(deployment.router());
            GeoDatabase database =
                    sameFile ? snapshot.locator().database() : file == null ? GridDatabase.embedded() : file.database();
            tls.reload(deployment.router().connections());
            snapshot = build(deployment, database);
            geoFile = file;
            inForce = deployment;
            gauges.follow(snapshot);
        } catch (GeoDatabaseException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Looks whether the geo database's file changed, and takes it if it is good. May take seconds; not for event loops. */
    public synchronized void lookAtGeoDatabase() {
        GeoFile file = geoFile;
        if (file != null && file.poll()) {
            snapshot = snapshot.with(
                    new Locator(file.database(), snapshot.locator().own()));
        }
    }

    /** Looks whether the files of certificates changed, and takes them if they are good. Blocks; not for event loops. */
    public void lookAtCertificates() {
        tls.poll(System.nanoTime(), System.currentTimeMillis() / 1000);
    }

    /** Adds an operators' endpoint. */
    public void adminRoute(String path, Set<String> methods, AdminHandler handler) {
        AdminServer running = admin;
        if (running != null) {
            running.route(path, methods, handler);
        }
    }

    /** {@code starting} while the router rehearses, {@code serving}, or {@code draining}. */
    public String state() {
        return draining ? "draining" : warmUp.isRunning() ? "starting" : "serving";
    }

    /** What it carried since this was asked last, and how it sees the world. Takes some milliseconds; for one thread, not an event loop. */
    public NodeReport report() {
        ProxyServer running = server;
        LoadMeter.Taken taken = load.take(running == null ? 0 : running.inFlight(), System.nanoTime());
        return RouterReport.of(
                snapshot, taken, InhabitedPlaces.all(), Ticker.systemTicker().nanoTime());
    }

    /** What is in force. */
    synchronized Deployment deployment() {
        return inForce;
    }

    /** What the router decides by now. */
    public RouterSnapshot snapshot() {
        return snapshot;
    }

    /** The port that is listened on. */
    public int port() {
        ProxyServer running = server;
        return running == null ? 0 : running.port();
    }

    /** The node's metrics, for what its process adds. */
    public Metrics metrics() {
        return metrics;
    }

    /** The admin port. */
    public int adminPort() {
        AdminServer running = admin;
        return running == null ? 0 : running.port();
    }

    /**
     * Says that it is leaving, goes on serving for the restart delay, then waits for what is under way. With a shared port it leaves
     * the listening to the other at once.
     */
    public CompletableFuture<Void> drain() {
        draining = true;
        ProxyServer running = server;
        return running == null
                ? CompletableFuture.completedFuture(null)
                : running.drain(
                        sharedPort ? Duration.ZERO : snapshot.settings().restartDelay(),
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

    /** Ends at once, as a crash would; has ended already: does nothing. */
    public void kill() {
        draining = true;
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        if (server != null) {
            server.kill();
        }
        if (admin != null) {
            admin.close();
        }
        directory.close();
        if (accessLog != null) {
            accessLog.close();
        }
        transport.close();
        tls.close();
    }
}
