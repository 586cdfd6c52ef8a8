package io.isochrone.bench.world;

import io.isochrone.bench.fault.Fault;
import io.isochrone.bench.fault.FaultLink;
import io.isochrone.bench.fault.FaultText;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Region;
import io.isochrone.proxy.runtime.BindFailedException;
import io.isochrone.proxy.runtime.Transport;
import io.isochrone.router.Router;
import io.isochrone.router.RouterOptions;
import io.isochrone.router.geo.GeoDatabaseException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A whole world in one process: a router in front of four regions, each with gateway nodes and a sample backend, on loopback.
 *
 * <p>Thread-safe: regions are taken offline and online one after another.
 */
public final class World implements AutoCloseable {
    private static final HostPort FREE = new HostPort("127.0.0.1", 0);

    private final Transport backendTransport = Transport.start("backends", 1);
    private final Map<String, SampleBackend> backends = new LinkedHashMap<>();
    private final Map<String, List<GatewayNode>> nodes = new LinkedHashMap<>();
    private final Map<String, FaultLink> links = new LinkedHashMap<>();
    private final Map<String, Fault> faults = new HashMap<>();
    private final Router router;
    private @Nullable WorldPlane plane;
    private AutoCloseable routerJoined = () -> {};

    private World(WorldOptions options) throws BindFailedException {
        try {
            startRegions(options);
            router = startRouter(options);
        } catch (BindFailedException | RuntimeException e) {
            closeRegions();
            throw e;
        }
        new WorldControl(this).register(router);
    }

    /** Starts everything; nothing runs when it throws. */
    public static World start(WorldOptions options) throws BindFailedException {
        return new World(options);
    }

    /**
     * Starts a control plane, which the nodes and the router follow from now on.
     *
     * @throws IOException when it cannot start; the world goes on without it
     */
    public synchronized WorldPlane startPlane(HostPort listen) throws IOException, InterruptedException {
        Map<String, HostPort> addresses = new HashMap<>();
        backends.forEach((region, backend) -> addresses.put(region, backend.address()));
        WorldPlane started = WorldPlane.start(listen, addresses);
        plane = started;
        nodes.values()
                .forEach(here -> here.forEach(node -> node.join(gateway ->
                        started.join(gateway, node.region().name(), new HostPort("127.0.0.1", gateway.port())))));
        routerJoined = started.join(router, new HostPort("127.0.0.1", router.port()));
        return started;
    }

    private void startRegions(WorldOptions options) throws BindFailedException {
        Map<String, HostPort> addresses = new HashMap<>();
        for (WorldPlan.Place place : WorldPlan.PLACES) {
            SampleBackend backend = SampleBackend.start(backendTransport, place.region(), FREE);
            backends.put(place.region().name(), backend);
            addresses.put(place.region().name(), backend.address());
        }
        Deployment deployment = WorldPlan.forGateways(addresses);
        for (WorldPlan.Place place : WorldPlan.PLACES) {
            List<GatewayNode> here = new ArrayList<>();
            nodes.put(place.region().name(), here);
            FaultLink link = new FaultLink(place.region().name().hashCode());
            links.put(place.region().name(), link);
            for (int number = 1; number <= place.nodes(); number++) {
                here.add(GatewayNode.start(
                        place.region(),
                        number,
                        FREE,
                        deployment,
                        GatewayNode.way(place.region(), options.delay(), link),
                        Duration.ZERO));
            }
        }
    }

    private Router startRouter(WorldOptions options) throws BindFailedException {
        Map<String, List<HostPort>> listening = new HashMap<>();
        nodes.forEach((region, here) ->
                listening.put(region, here.stream().map(GatewayNode::address).toList()));
        Map<String, HostPort> addresses = new HashMap<>();
        backends.forEach((region, backend) -> addresses.put(region, backend.address()));
        try {
            return Router.start(
                    WorldPlan.deployment(options.router(), options.admin(), listening, addresses),
                    new RouterOptions(options.router(), options.admin(), "world-router", channel -> {}));
        } catch (GeoDatabaseException e) {
            throw new IllegalStateException("the embedded table of places cannot be read", e);
        }
    }

    /** The port that clients connect to. */
    public int port() {
        return router.port();
    }

    /** The port that operators connect to. */
    public int adminPort() {
        return router.adminPort();
    }

    /** What runs where, the primary region first. */
    public synchronized List<RegionStatus> status() {
        List<RegionStatus> all = new ArrayList<>();
        for (WorldPlan.Place place : WorldPlan.PLACES) {
            List<GatewayNode> here = nodes.getOrDefault(place.region().name(), List.of());
            SampleBackend backend = backends.get(place.region().name());
            if (backend != null) {
                all.add(new RegionStatus(
                        place.region(),
                        all.isEmpty(),
                        here.stream().allMatch(GatewayNode::isRunning),
                        FaultText.of(faults.getOrDefault(place.region().name(), new Fault.Pass())),
                        here.stream().map(GatewayNode::address).toList(),
                        backend.address()));
            }
        }
        return all;
    }

    /** Kills a region's nodes: connections are cut, new ones refused. Returns whether any was running. */
    public synchronized boolean offline(Region region) {
        boolean changed = false;
        for (GatewayNode node : nodes.getOrDefault(region.name(), List.of())) {
            changed |= node.isRunning();
            node.kill();
        }
        return changed;
    }

    /** Starts a region's nodes again where they were. Returns whether any was not running. */
    public synchronized boolean online(Region region) throws BindFailedException {
        boolean changed = false;
        for (GatewayNode node : nodes.getOrDefault(region.name(), List.of())) {
            changed |= !node.isRunning();
            node.start();
        }
        return changed;
    }

    /**
     * Lets something go wrong with a region, in place of what was wrong before. All runs in one process, so a killed node and one that refuses are the same, and a frozen one
     * cannot be told from a black hole. Throws BindFailedException when nodes that were killed before cannot start again.
     */
    public synchronized void fault(Region region, Fault fault) throws BindFailedException {
        heal(region);
        FaultLink link = links.get(region.name());
        SampleBackend backend = backends.get(region.name());
        if (link == null || backend == null) {
            return;
        }
        faults.put(region.name(), fault);
        if (fault instanceof Fault.Kill || fault instanceof Fault.Refuse) {
            offline(region);
        } else if (fault instanceof Fault.Freeze) {
            link.set(new Fault.Blackhole());
        } else if (fault instanceof Fault.Unavailable unavailable && unavailable.by() == Fault.Answerer.BACKEND) {
            backend.fail(unavailable.share());
        } else {
            link.set(fault);
        }
    }

    /** Ends what is wrong with a region; starts its nodes if they were killed. */
    public synchronized void heal(Region region) throws BindFailedException {
        faults.remove(region.name());
        FaultLink link = links.get(region.name());
        SampleBackend backend = backends.get(region.name());
        if (link != null && backend != null) {
            link.set(new Fault.Pass());
            backend.fail(0);
            online(region);
        }
    }

    /** Lets requests under way finish for up to a second, then ends everything. */
    @Override
    public synchronized void close() {
        closePlane();
        router.stop(Duration.ofSeconds(1));
        closeRegions();
    }

    private void closePlane() {
        nodes.values().forEach(here -> here.forEach(GatewayNode::leave));
        try {
            routerJoined.close();
        } catch (Exception e) {
            throw new IllegalStateException("the router cannot leave the control plane", e);
        }
        WorldPlane running = plane;
        plane = null;
        if (running != null) {
            running.close();
        }
    }

    private void closeRegions() {
        nodes.values().forEach(here -> here.forEach(GatewayNode::kill));
        backends.values().forEach(SampleBackend::close);
        backendTransport.close();
    }
}
