package io.isochrone.bench.world;

import io.isochrone.bench.fault.FaultProxy;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.UpstreamHttp;
import io.isochrone.config.read.DeploymentReader;
import io.isochrone.gateway.Gateway;
import io.isochrone.gateway.GatewayOptions;
import io.isochrone.proxy.health.NodeHealth;
import io.isochrone.proxy.health.NodeState;
import io.isochrone.router.Router;
import io.isochrone.router.RouterOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Gateways of three regions, each with one backend and, on the way to it, a link that fails on demand. Clients of loopback are nearest to the
 * first, then to the second. Not thread-safe; confined to its test.
 */
final class ThreeRegions implements AutoCloseable {
    /** Nearest first. */
    static final List<String> NAMES = List.of("westeurope", "eastus", "brazilsouth");

    /** No probe disturbs what a test counts but the first. */
    static final String ONE_PROBE = "1h";

    private static final HostPort FREE = new HostPort("127.0.0.1", 0);

    private final List<Integer> backends;
    private final List<Gateway> gateways = new ArrayList<>();
    private final List<FaultProxy> links = new ArrayList<>();

    /** @param backends ports on loopback, one for each region */
    ThreeRegions(List<Integer> backends) throws Exception {
        this.backends = List.copyOf(backends);
        try {
            for (String name : NAMES) {
                Gateway gateway = Gateway.start(
                        deployment(List.of(1, 2, 3), UpstreamHttp.HTTP_1_1, ONE_PROBE),
                        new GatewayOptions(name, FREE, null, "gateway-" + name, channel -> {}));
                gateways.add(gateway);
                links.add(FaultProxy.to(gateway.port()));
            }
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    /** The way from routers to the gateway of a region. */
    FaultProxy link(int region) {
        return links.get(region);
    }

    /** What routers are told. */
    Deployment deployment(UpstreamHttp protocol, String probeInterval) {
        return deployment(links.stream().map(FaultProxy::port).toList(), protocol, probeInterval);
    }

    private Deployment deployment(List<Integer> nodes, UpstreamHttp protocol, String probeInterval) {
        String text = """
                service:
                  name: three
                  tier: Premium
                  hop-secret: a-secret-of-the-test
                  primary:
                    location: West Europe
                    nodes: ["127.0.0.1:%d"]
                  additional-locations:
                    - location: East US
                      nodes: ["127.0.0.1:%d"]
                    - location: Brazil South
                      nodes: ["127.0.0.1:%d"]
                apis:
                  - name: all
                    path: /
                    retry-idempotent-writes: true
                    regional-backends:
                      West Europe: ["http://127.0.0.1:%d"]
                      East US: ["http://127.0.0.1:%d"]
                      Brazil South: ["http://127.0.0.1:%d"]
                router:
                  event-loops: 1
                  upstream-protocol: %s
                  probing:
                    interval: %s
                    rise: 1
                    hold-down: 0s
                    max-hold-down: 0s
                    ramp: 0s
                gateway:
                  event-loops: 1
                """.formatted(
                        nodes.get(0),
                        nodes.get(1),
                        nodes.get(2),
                        backends.get(0),
                        backends.get(1),
                        backends.get(2),
                        protocol.text(),
                        probeInterval);
        return DeploymentReader.read("three.yaml", text);
    }

    /** Starts a router that knows nothing yet but that all regions are up; the caller ends it. */
    Router router(UpstreamHttp protocol, String probeInterval) throws Exception {
        Router router = Router.start(
                deployment(protocol, probeInterval), new RouterOptions(FREE, FREE, "router", channel -> {}));
        for (int region = 0; region < NAMES.size(); region++) {
            awaitUp(router, region);
        }
        return router;
    }

    /** Waits until the router has proof that the region is well. */
    static void awaitUp(Router router, int region) {
        NodeHealth health = (NodeHealth)
                router.snapshot().regions().get(region).nodes().get(0).health();
        while (health.status().state() != NodeState.UP) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() throws IOException {
        gateways.forEach(Gateway::kill);
        for (FaultProxy link : links) {
            link.close();
        }
    }
}
