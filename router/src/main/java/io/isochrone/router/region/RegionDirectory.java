package io.isochrone.router.region;

import io.isochrone.config.model.Api;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.DnsSettings;
import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Location;
import io.isochrone.config.model.Probing;
import io.isochrone.config.model.Region;
import io.isochrone.config.model.UpstreamHttp;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.balance.UpstreamProtocol;
import io.isochrone.proxy.dns.Names;
import io.isochrone.proxy.health.NodeHealth;
import io.isochrone.proxy.health.NodeState;
import io.isochrone.proxy.health.Prober;
import io.isochrone.proxy.runtime.Transport;
import io.isochrone.proxy.tls.NodeTls;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The regions of the deployment and the probes of their nodes. A reload keeps the endpoint of every node that stays, and with it its
 * health, its connections and its probes, and what was measured, is believed and is under way of every region that stays; probes of nodes
 * that are gone stop at once.
 *
 * <p>Not thread-safe; confined to the control thread.
 */
public final class RegionDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegionDirectory.class);
    private static final String STATUS_PATH = "/status-0123456789abcdef";

    private record NodeKey(String region, HostPort address, Probing probing, boolean tls, UpstreamProtocol protocol) {}

    private final Runnable nodeChanged;
    private final boolean silent;
    private final NodeTls tls;
    private final Names names;
    private final Transport transport = Transport.start("probe", 1);
    private Map<NodeKey, Endpoint> nodes = Map.of();
    private Map<String, MeasuredLatency> latencies = Map.of();
    /** By region, then by API. */
    private Map<String, Map<String, ApiHealth>> apis = Map.of();

    private Map<String, RegionCapacity> capacities = Map.of();
    private volatile boolean held;
    /** Who is asked when a node is silent, by the node's id. */
    private final Map<String, Watch> watches = new ConcurrentHashMap<>();

    private record Watch(Endpoint endpoint, Prober prober, MeasuredLatency latency) {}

    /**
     * @param nodeChanged called after a node's state changed, on whatever thread saw it; must not block
     * @param tls for probes of nodes that are spoken to by TLS
     * @param silent whether changes are not logged
     */
    public RegionDirectory(Runnable nodeChanged, NodeTls tls, boolean silent) {
        this.nodeChanged = nodeChanged;
        this.silent = silent;
        this.tls = tls;
        tls.usedBy(transport.loops());
        this.names = new Names(DnsSettings.DEFAULTS, silent);
        names.start(transport);
    }

    /** The regions of {@code deployment} in the order of the file; probing begins. */
    public List<RegionState> build(Deployment deployment, GeoPoint own) {
        Probing probing = deployment.router().probing();
        names.settings(deployment.router().connections().dns());
        UpstreamProtocol protocol = deployment.router().upstreamHttp() == UpstreamHttp.HTTP_2
                ? UpstreamProtocol.HTTP_2_NODE
                : UpstreamProtocol.HTTP_1_1;
        boolean encrypted = deployment.router().connections().upstreamTls() != null;
        Map<NodeKey, Endpoint> next = new HashMap<>();
        Map<String, MeasuredLatency> nextLatencies = new HashMap<>();
        Map<String, RegionCapacity> nextCapacities = new HashMap<>();
        List<RegionState> regions = new ArrayList<>();
        List<Prober> started = new ArrayList<>();
        Map<String, Watch> nextWatches = new HashMap<>();
        Map<String, Map<String, ApiHealth>> nextApis = new HashMap<>();
        for (Location location : deployment.service().locations()) {
            List<Endpoint> endpoints = new ArrayList<>();
            for (HostPort address : location.nodes()) {
                NodeKey key = new NodeKey(location.region().name(), address, probing, encrypted, protocol);
                Endpoint endpoint = nodes.containsKey(key) ? nodes.get(key) : endpoint(key);
                next.put(key, endpoint);
                endpoints.add(endpoint);
            }
            MeasuredLatency latency = latency(location.region(), own);
            nextLatencies.put(location.region().name(), latency);
            Map<String, ApiHealth> health = apis(location.region().name(), deployment.apis());
            nextApis.put(location.region().name(), health);
            RegionCapacity capacity =
                    capacity(location.region().name(), deployment.router().requestsTo(location.units()));
            nextCapacities.put(location.region().name(), capacity);
            RegionState region = new RegionState(location, endpoints, latency, capacity, health);
            regions.add(region);
            if (!location.gatewayDisabled()) {
                for (Endpoint endpoint : endpoints) {
                    Watch watch = watches.get(endpoint.id());
                    if (watch == null || watch.endpoint != endpoint || watch.latency != latency) {
                        watch = new Watch(endpoint, prober(endpoint, region, probing), latency);
                        started.add(watch.prober);
                    }
                    nextWatches.put(endpoint.id(), watch);
                }
            }
        }
        for (Map.Entry<String, Watch> old : watches.entrySet()) {
            if (!old.getValue().equals(nextWatches.get(old.getKey()))) {
                old.getValue().prober.stop();
            }
        }
        watches.putAll(nextWatches);
        watches.keySet().retainAll(nextWatches.keySet());
        started.forEach(Prober::start);
        nodes.values().stream().filter(old -> !next.containsValue(old)).forEach(Endpoint::remove);
        nodes = next;
        names.keep(next.keySet().stream().map(NodeKey::address).collect(Collectors.toSet()));
        latencies = nextLatencies;
        apis = nextApis;
        capacities = nextCapacities;
        return List.copyOf(regions);
    }

    private Map<String, ApiHealth> apis(String region, List<Api> published) {
        Map<String, ApiHealth> kept = apis.getOrDefault(region, Map.of());
        Map<String, ApiHealth> next = new HashMap<>();
        for (Api api : published) {
            ApiHealth health = kept.get(api.name());
            next.put(api.name(), health == null ? new ApiHealth(this::isHeld) : health);
        }
        return next;
    }

    /** What is under way counts on after a reload. */
    private RegionCapacity capacity(String region, int bound) {
        RegionCapacity old = capacities.get(region);
        if (old == null) {
            return new RegionCapacity(bound);
        }
        old.bound(bound);
        return old;
    }

    private MeasuredLatency latency(Region region, GeoPoint own) {
        MeasuredLatency kept = latencies.get(region.name());
        return kept != null && kept.isBetween(own, region.point()) ? kept : new MeasuredLatency(own, region.point());
    }

    private Endpoint endpoint(NodeKey key) {
        String id = key.address.toString();
        NodeHealth.Listener log = (from, to, reason) -> {
            if (!silent) {
                LOG.info("node changed region={} node={} from={} to={} reason={}", key.region, id, from, to, reason);
            }
            Watch watch = watches.get(id);
            if (watch != null && to == NodeState.SUSPECT) {
                watch.prober.check();
            } else if (watch != null && from == NodeState.SUSPECT && to == NodeState.DOWN) {
                watch.prober.later(watch.latency::interrupted);
            }
            nodeChanged.run();
        };
        return new Endpoint(
                id,
                key.region,
                Names.socketAddress(key.address),
                names.of(key.address),
                new NodeHealth(
                        key.probing, log, this::isHeld, Ticker.systemTicker().nanoTime()),
                key.tls,
                key.protocol);
    }

    private Prober prober(Endpoint endpoint, RegionState region, Probing probing) {
        return new Prober(
                endpoint,
                (NodeHealth) endpoint.health(),
                probing,
                STATUS_PATH,
                region.latency()::measured,
                transport,
                tls,
                endpoint.id().hashCode());
    }

    /** Whether evidence changes nothing now. Any thread. */
    public boolean isHeld() {
        return held;
    }

    /** From now on evidence changes nothing, or something again: what is believed of nodes and APIs stays as it is. Any thread. */
    public void hold(boolean on) {
        held = on;
        if (!silent) {
            LOG.warn(on ? "health held: no node or API changes its state until it is released" : "health released");
        }
    }

    /** What is known of the nodes' names. */
    public Names names() {
        return names;
    }

    @Override
    public void close() {
        watches.values().forEach(watch -> watch.prober.stop());
        names.close();
        transport.close();
    }
}
