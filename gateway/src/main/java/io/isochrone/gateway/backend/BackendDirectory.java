package io.isochrone.gateway.backend;

import io.isochrone.config.model.Api;
import io.isochrone.config.model.Backend;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.HostPort;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.balance.UpstreamProtocol;
import io.isochrone.proxy.dns.Names;
import io.isochrone.proxy.resilience.Bulkhead;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The backends of one region's gateway. A reload keeps the endpoint, and with it health and connections, of every address that stays.
 *
 * <p>Not thread-safe; confined to the control thread.
 */
public final class BackendDirectory {
    /** A server as connections see it. */
    private record Server(HostPort address, boolean tls, boolean http2) {}

    private final String region;
    private final Names names;
    private Map<Server, Endpoint> endpoints = Map.of();
    private Map<String, Bulkhead> bulkheads = Map.of();

    /**
     * Without backends until the first {@link #build}.
     *
     * @param names knows where names of backends lead
     */
    public BackendDirectory(String region, Names names) {
        this.region = region;
        this.names = names;
    }

    /** The set of every API, by its name. */
    public Map<String, BackendSet> build(Deployment deployment) {
        long ejection = deployment.gateway().ejection().toNanos();
        Map<Server, Endpoint> next = new HashMap<>();
        Map<String, BackendSet> sets = new HashMap<>();
        Map<String, Bulkhead> nextBulkheads = new HashMap<>();
        for (Api api : deployment.apis()) {
            List<Backend> backends = api.backendsIn(region);
            List<Endpoint> list = backends.stream()
                    .map(b -> next.computeIfAbsent(
                            new Server(b.address(), b.tls(), b.http2()), server -> endpoint(server, ejection)))
                    .toList();
            Bulkhead bulkhead =
                    bulkhead(api.name(), deployment.gateway().limits().requestsOfOne(api.maxRequests()));
            nextBulkheads.put(api.name(), bulkhead);
            sets.put(api.name(), new BackendSet(list, backends, bulkhead));
        }
        endpoints.values().stream().filter(old -> !next.containsValue(old)).forEach(Endpoint::remove);
        endpoints = next;
        names.settings(deployment.gateway().connections().dns());
        names.keep(next.keySet().stream().map(Server::address).collect(Collectors.toSet()));
        bulkheads = nextBulkheads;
        return Map.copyOf(sets);
    }

    /** What is under way counts on after a reload. */
    private Bulkhead bulkhead(String api, int bound) {
        Bulkhead old = bulkheads.get(api);
        if (old == null) {
            return new Bulkhead(bound);
        }
        old.bound(bound);
        return old;
    }

    private Endpoint endpoint(Server server, long ejection) {
        HostPort address = server.address;
        Endpoint old = endpoints.get(server);
        if (old != null) {
            if (old.health() instanceof EjectingHealth health) {
                health.ejectionNanos(ejection);
            }
            return old;
        }
        return new Endpoint(
                address.toString(),
                region,
                Names.socketAddress(address),
                names.of(address),
                new EjectingHealth(ejection),
                server.tls,
                server.http2 ? UpstreamProtocol.HTTP_2 : UpstreamProtocol.HTTP_1_1);
    }
}
