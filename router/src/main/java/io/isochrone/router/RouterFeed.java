package io.isochrone.router;

import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Location;
import io.isochrone.config.model.Service;
import io.isochrone.config.source.Node;
import io.isochrone.config.source.NodeIdentity;
import io.isochrone.config.source.NodeReport;
import io.isochrone.config.source.Taker;
import io.isochrone.proxy.feed.ControlOptions;
import io.isochrone.proxy.runtime.BindFailedException;
import io.isochrone.router.geo.GeoDatabaseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A router that takes its configuration from a control plane: it begins to serve with the first deployment.
 *
 * <p>A location that is left without nodes keeps those that it had, until it has others or is gone. A control plane that lost sight of
 * nodes cannot be told from nodes that are gone, but the router's own probes can: they decide.
 *
 * <p>Thread-safe: deployments are taken on one thread; anybody may ask how it is.
 */
public final class RouterFeed implements Taker, Node {
    private static final Logger LOG = LoggerFactory.getLogger(RouterFeed.class);

    private final @Nullable HostPort listen;
    private final @Nullable HostPort admin;
    private final String host;
    private final @Nullable HostPort advertised;
    private final String node;
    private final boolean sharedPort;
    private final Duration warmUp;
    private final Consumer<Router> started;
    private final CompletableFuture<Router> failed = new CompletableFuture<>();
    private volatile @Nullable Router router;
    private volatile String address;

    /**
     * @param listen where to listen; null: as the deployment says
     * @param admin likewise
     * @param advertised where clients reach it; null: where it listens, on {@code host}
     * @param host this machine's address
     * @param started is told once, when the router serves
     */
    RouterFeed(
            @Nullable HostPort listen,
            @Nullable HostPort admin,
            @Nullable HostPort advertised,
            String host,
            boolean sharedPort,
            Duration warmUp,
            Consumer<Router> started) {
        this.listen = listen;
        this.admin = admin;
        this.advertised = advertised;
        this.host = host;
        this.sharedPort = sharedPort;
        this.warmUp = warmUp;
        this.started = started;
        HostPort known = advertised != null ? advertised : listen;
        this.address = known == null ? host + ":0" : known.toString();
        this.node = ControlOptions.nameOf("router-" + (known == null ? host : known.toString()));
    }

    /** Of a router that serves already, and is to follow a control plane from now on. */
    public static RouterFeed of(Router running, HostPort listen) {
        RouterFeed feed = new RouterFeed(listen, null, null, listen.host(), false, Duration.ZERO, started -> {});
        feed.router = running;
        return feed;
    }

    @Override
    public void take(Deployment deployment) {
        Router running = router;
        if (running != null) {
            running.reload(keepingNodes(running.deployment(), deployment));
            return;
        }
        try {
            HostPort at = listen == null ? deployment.router().listen() : listen;
            HostPort adminAt = admin == null ? deployment.router().admin() : admin;
            Router begun =
                    Router.start(deployment, new RouterOptions(at, adminAt, node, channel -> {}, sharedPort), warmUp);
            router = begun;
            address = (advertised != null ? advertised : new HostPort(host, begun.port())).toString();
            started.accept(begun);
        } catch (BindFailedException e) {
            failed.completeExceptionally(e);
            throw new IllegalArgumentException(e.getMessage(), e);
        } catch (GeoDatabaseException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** What {@code next} says, where locations without nodes have those of {@code before}, as far as these are nowhere else. */
    static Deployment keepingNodes(Deployment before, Deployment next) {
        Set<HostPort> taken = new HashSet<>();
        next.service().locations().forEach(location -> taken.addAll(location.nodes()));
        List<Location> locations = new ArrayList<>();
        boolean kept = false;
        for (Location location : next.service().locations()) {
            List<HostPort> old = location.nodes().isEmpty() ? nodes(before, location) : List.of();
            List<HostPort> stay =
                    old.stream().filter(node -> !taken.contains(node)).toList();
            kept |= !stay.isEmpty();
            locations.add(
                    stay.isEmpty()
                            ? location
                            : new Location(location.region(), location.units(), location.gatewayDisabled(), stay));
            if (!stay.isEmpty()) {
                LOG.warn(
                        "location without nodes, those before stay region={}",
                        location.region().name());
            }
        }
        if (!kept) {
            return next;
        }
        Service service = next.service();
        return next.with(new Service(
                service.name(),
                service.tier(),
                locations.get(0),
                locations.subList(1, locations.size()),
                service.hopSecret()));
    }

    private static List<HostPort> nodes(Deployment deployment, Location of) {
        for (Location location : deployment.service().locations()) {
            if (location.region().name().equals(of.region().name())) {
                return location.nodes();
            }
        }
        return List.of();
    }

    /** Fails when the router can never serve: its port is taken. */
    CompletableFuture<Router> failed() {
        return failed;
    }

    /** The router, once it serves. */
    @Nullable
    Router router() {
        return router;
    }

    @Override
    public NodeIdentity identity() {
        return new NodeIdentity(node, "router", null, address, ControlOptions.software());
    }

    @Override
    public String state() {
        Router running = router;
        return running == null ? "starting" : running.state();
    }

    @Override
    public NodeReport report() {
        Router running = router;
        return running == null ? NodeReport.NOTHING : running.report();
    }
}
