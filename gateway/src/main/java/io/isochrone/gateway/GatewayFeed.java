package io.isochrone.gateway;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A gateway node that takes its configuration from a control plane: it begins to serve with the first deployment that has its region.
 * One whose region is taken out of the service later refuses requests, with proof, so that routers go elsewhere; it serves again when
 * the region is back.
 *
 * <p>Thread-safe: deployments are taken on one thread; anybody may ask how it is.
 */
public final class GatewayFeed implements Taker, Node {
    private final String region;
    private final HostPort listen;
    private final @Nullable HostPort admin;
    private final NodeIdentity identity;
    private final Duration warmUp;
    private final Consumer<Gateway> started;
    private final Consumer<String> said;
    private final CompletableFuture<Gateway> failed = new CompletableFuture<>();
    private volatile @Nullable Gateway gateway;
    private volatile boolean absent = true;

    /**
     * @param region as the operator wrote it
     * @param listen where to listen, with a port
     * @param started is told once, when the node serves
     * @param said is told why the node waits
     */
    GatewayFeed(
            String region,
            HostPort listen,
            HostPort advertised,
            @Nullable HostPort admin,
            Duration warmUp,
            Consumer<Gateway> started,
            Consumer<String> said) {
        this.region = region;
        this.listen = listen;
        this.admin = admin;
        this.warmUp = warmUp;
        this.started = started;
        this.said = said;
        String canonical = GatewayMain.regionName(region);
        this.identity = new NodeIdentity(
                ControlOptions.nameOf(canonical + "-" + advertised),
                "gateway",
                canonical,
                advertised.toString(),
                ControlOptions.software());
    }

    /** Of a gateway that serves already, and is to follow a control plane from now on. */
    public static GatewayFeed of(Gateway running, String region, HostPort advertised) {
        GatewayFeed feed =
                new GatewayFeed(region, advertised, advertised, null, Duration.ZERO, started -> {}, said -> {});
        feed.gateway = running;
        feed.absent = false;
        return feed;
    }

    @Override
    public void take(Deployment deployment) {
        String name = GatewayMain.regionName(deployment, region);
        boolean present = find(deployment, name) != null;
        Gateway running = gateway;
        if (running != null) {
            running.reload(present ? deployment : without(running.deployment(), deployment, name));
        } else if (present) {
            begin(deployment, name);
        }
        if (!present && (running == null || !absent)) {
            said.accept("waiting: " + name + " is not a location of service "
                    + deployment.service().name() + (running == null ? " yet" : " any more"));
        }
        absent = !present;
    }

    private void begin(Deployment deployment, String name) {
        try {
            Gateway begun = Gateway.start(
                    deployment, new GatewayOptions(name, listen, admin, identity.node(), channel -> {}), warmUp);
            gateway = begun;
            started.accept(begun);
        } catch (BindFailedException e) {
            failed.completeExceptionally(e);
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static @Nullable Location find(Deployment deployment, String name) {
        for (Location location : deployment.service().locations()) {
            if (location.region().name().equals(name)) {
                return location;
            }
        }
        return null;
    }

    /** What {@code next} says, with this region as it was in {@code before}, but out of service. */
    static Deployment without(Deployment before, Deployment next, String name) {
        Location old = find(before, name);
        if (old == null) {
            return next;
        }
        Service service = next.service();
        List<Location> additional = new ArrayList<>(service.additional());
        additional.add(new Location(old.region(), old.units(), true, List.of()));
        return next.with(
                new Service(service.name(), service.tier(), service.primary(), additional, service.hopSecret()));
    }

    /** Fails when the node can never serve: its port is taken. */
    CompletableFuture<Gateway> failed() {
        return failed;
    }

    /** The node, once it serves. */
    @Nullable
    Gateway gateway() {
        return gateway;
    }

    @Override
    public NodeIdentity identity() {
        return identity;
    }

    @Override
    public String state() {
        Gateway running = gateway;
        return running == null || absent ? "starting" : running.state();
    }

    @Override
    public NodeReport report() {
        Gateway running = gateway;
        return running == null ? NodeReport.NOTHING : running.report();
    }
}
