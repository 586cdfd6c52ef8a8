package io.isochrone.control;

import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.control.access.CertificateAuthority;
import io.isochrone.control.access.CertificateKeeper;
import io.isochrone.control.access.SecretBox;
import io.isochrone.control.access.SecretFiles;
import io.isochrone.control.access.Tokens;
import io.isochrone.control.access.TokensEndpoint;
import io.isochrone.control.arm.ManagementEndpoint;
import io.isochrone.control.arm.ManagementSettings;
import io.isochrone.control.arm.Operations;
import io.isochrone.control.arm.ServiceHandler;
import io.isochrone.control.arm.ServiceStatuses;
import io.isochrone.control.arm.SubscriptionHandler;
import io.isochrone.control.arm.entity.Entities;
import io.isochrone.control.history.HistoryEndpoint;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.ControlServer;
import io.isochrone.control.http.Endpoint;
import io.isochrone.control.http.Mount;
import io.isochrone.control.http.Reply;
import io.isochrone.control.nodes.Fleet;
import io.isochrone.control.nodes.FleetEndpoint;
import io.isochrone.control.nodes.NodePlane;
import io.isochrone.control.portal.Feed;
import io.isochrone.control.portal.Portal;
import io.isochrone.control.portal.PortalEndpoint;
import io.isochrone.control.store.EtcdStore;
import io.isochrone.control.store.SqliteStore;
import io.isochrone.control.store.Store;
import io.isochrone.control.store.StoreException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running control plane: builds all parts and joins them.
 *
 * <p>Thread-safe: starts once, may be closed from any thread.
 */
public final class Control implements AutoCloseable {
    /** The first operator's token, in the data folder. */
    public static final String TOKEN_FILE = "operator.token";

    private static final Logger LOG = LoggerFactory.getLogger(Control.class);
    private static final long TICK_MILLIS = 250;
    private static final long CERTIFICATE_MILLIS = 2_000;

    private final Path data;
    private final Deque<AutoCloseable> parts;
    private final ControlServer server;
    private final boolean tokenMade;
    private final @Nullable Path authority;

    private Control(
            Path data, Deque<AutoCloseable> parts, ControlServer server, boolean tokenMade, @Nullable Path authority) {
        this.data = data;
        this.parts = parts;
        this.server = server;
        this.tokenMade = tokenMade;
        this.authority = authority;
    }

    /**
     * Starts. What was begun is stopped again when a part cannot start: {@link IOException}, {@link StoreException} and {@link
     * IllegalStateException} say what to do.
     */
    public static Control start(ControlOptions options) throws IOException {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            return start(options, parts);
        } catch (IOException | RuntimeException e) {
            closeAll(parts);
            throw e;
        }
    }

    private static Control start(ControlOptions options, Deque<AutoCloseable> parts) throws IOException {
        InstantSource clock = InstantSource.system();
        Path data = options.data();
        SecretFiles.folder(data);
        Path authority = null;
        CertificateKeeper certificates;
        if (options.certificate() != null && options.key() != null) {
            certificates = CertificateKeeper.files(options.certificate(), options.key(), clock.instant());
        } else {
            CertificateAuthority own = CertificateAuthority.in(data, clock.instant());
            authority = own.file();
            certificates = CertificateKeeper.own(own, data, names(options), clock.instant());
        }
        Store store = part(parts, store(options));
        SecretBox box = SecretBox.open(data);
        Tokens tokens = part(parts, new Tokens(store, clock, System::nanoTime));
        boolean made = tokens.first(data.resolve(TOKEN_FILE));
        NodePlane nodes = part(parts, NodePlane.start(store, box::unseal));
        Fleet fleet = nodes.fleet();
        Operations operations = part(parts, new Operations(store, fleet, clock, options.patience(), options.drain()));
        ManagementSettings settings = new ManagementSettings(
                RegionCatalogue.clouds(), options.domain(), ManagementSettings.DEFAULTS.subscription());
        ServiceHandler services = new ServiceHandler(store, fleet, box, operations, settings, clock);
        Endpoint management = new ManagementEndpoint(
                services,
                new SubscriptionHandler(store, settings),
                new Entities(store, box, new SecureRandom(), clock));
        ServiceStatuses statuses = part(parts, new ServiceStatuses(store, fleet, operations, settings));
        Feed feed = part(parts, new Feed(statuses::find, fleet, settings.regions()));
        Endpoint history = new HistoryEndpoint(store, clock);
        List<Mount> mounts = new ArrayList<>(Portal.mounts(feed));
        mounts.addAll(List.of(
                Mount.of("/subscriptions", management),
                Mount.of("/tenants", management),
                Mount.of("/nodes/v1", nodes.nodes()),
                Mount.of(FleetEndpoint.NODES, nodes.operators()),
                Mount.of(FleetEndpoint.ROLLOUT, nodes.operators()),
                Mount.of("/control/v1/tokens", new TokensEndpoint(tokens)),
                Mount.of("/control/v1/history", history),
                Mount.of("/control/v1/export", history),
                Mount.of("/control/v1/import", history),
                Mount.of("/control/v1/rollback", history),
                Mount.open("/", now(Control::root)),
                Mount.open("/health", now(call -> health(store)))));
        ScheduledExecutorService ticks = ticks(operations, certificates, clock);
        parts.push(ticks::shutdownNow);
        ControlServer server = part(
                parts,
                ControlServer.start(
                        options.listen().host(),
                        options.listen().port(),
                        certificates.keys().context(),
                        tokens,
                        mounts));
        // Before the server: polls that wait are answered, so that nodes need not wait for their own time-outs.
        parts.remove(nodes);
        parts.push(nodes);
        return new Control(data, parts, server, made, authority);
    }

    private static Store store(ControlOptions options) {
        return options.etcd().isEmpty()
                ? SqliteStore.open(options.data())
                : EtcdStore.connect(options.etcd(), options.cluster());
    }

    private static <T extends AutoCloseable> T part(Deque<AutoCloseable> parts, T part) {
        parts.push(part);
        return part;
    }

    private static Endpoint now(Function<Call, Reply> answer) {
        return call -> CompletableFuture.completedFuture(answer.apply(call));
    }

    private static Reply root(Call call) {
        return call.path().equals("/")
                ? Reply.of(308).with("Location", PortalEndpoint.ROOT + "/")
                : Reply.error(404, "ResourceNotFound", "path: " + call.path() + " (expected: one that is served here)");
    }

    private static Reply health(Store store) {
        try {
            store.get("health");
            return Reply.json(200, "{\"status\":\"ok\"}");
        } catch (StoreException e) {
            return Reply.error(503, "ServiceUnavailable", "The store does not answer.");
        }
    }

    /** What operations and certificates need done from time to time, on one thread. */
    private static ScheduledExecutorService ticks(
            Operations operations, CertificateKeeper certificates, InstantSource clock) {
        ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "control-ticks");
            thread.setDaemon(true);
            return thread;
        });
        every(ticks, TICK_MILLIS, "operations", operations::tick);
        every(ticks, CERTIFICATE_MILLIS, "certificate", () -> certificates.look(clock.instant()));
        return ticks;
    }

    private static void every(ScheduledExecutorService ticks, long millis, String what, Runnable task) {
        ticks.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) { // a bug: the next tick may go better, a dead timer never would
                        LOG.error("tick failed of={}", what, e);
                    }
                },
                millis,
                millis,
                TimeUnit.MILLISECONDS);
    }

    private static Set<String> names(ControlOptions options) {
        Set<String> names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
        try {
            names.add(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            LOG.info("host name not known: the certificate is for localhost and the names given");
        }
        String host = options.listen().host();
        if (!host.equals("0.0.0.0") && !host.equals("::")) {
            names.add(host);
        }
        names.addAll(options.names());
        return names;
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    /** The certificate to trust; null with an operator's own. */
    public @Nullable Path authorityFile() {
        return authority;
    }

    /** The first operator's token. */
    public Path tokenFile() {
        return data.resolve(TOKEN_FILE);
    }

    /** Whether this start made the first operator's token. */
    public boolean isTokenMade() {
        return tokenMade;
    }

    /** Answers the polls that wait, stops taking calls, then stops everything else in the reverse order of its start. */
    @Override
    public void close() {
        closeAll(parts);
    }

    private static void closeAll(Deque<AutoCloseable> parts) {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) { // the others have to be closed too
                LOG.warn("part not closed reason={}", e.toString());
            }
        }
    }
}
