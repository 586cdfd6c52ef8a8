package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.bench.peers.Probe;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.read.DeploymentReader;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.health.NodeHealth;
import io.isochrone.router.Router;
import io.isochrone.router.RouterOptions;
import io.isochrone.router.region.RegionState;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A router whose regions are {@link IdentityServer}s named after them, and configurations that it can be given. Not thread-safe; confined to its test.
 */
final class RouterOverServers implements AutoCloseable {
    private static final HostPort FREE = new HostPort("127.0.0.1", 0);

    final Map<String, IdentityServer> servers = new LinkedHashMap<>();
    final Router router;

    /** @param regions the first is the primary */
    RouterOverServers(String place, String... regions) throws Exception {
        for (String region : regions) {
            add(region);
        }
        router =
                Router.start(deployment(place, 0, "", regions), new RouterOptions(FREE, FREE, "router", channel -> {}));
        for (String region : regions) {
            await(() ->
                    health(region).status().state().isUsable() && server(region).probes() > 0);
        }
    }

    /** Starts the server of another region, of which the router learns by a reload. */
    void add(String region) throws IOException {
        servers.put(region, new IdentityServer(region, "127.0.0.1", 0));
    }

    IdentityServer server(String region) {
        IdentityServer server = servers.get(region);
        if (server == null) {
            throw new IllegalArgumentException("region: " + region + " (expected: one that was added)");
        }
        return server;
    }

    /**
     * A configuration of these regions.
     *
     * @param place where the router stands, so which region is nearest
     * @param variant a number in something that concerns nobody
     * @param comment changes how it is written, and nothing else
     */
    Deployment deployment(String place, int variant, String comment, String... regions) {
        StringBuilder text = new StringBuilder("# " + comment + "\nservice:\n  name: servers\n  tier: Premium\n");
        for (int i = 0; i < regions.length; i++) {
            String indent = i == 0 ? "    " : "      ";
            text.append(i == 0 ? "  primary:\n    " : i == 1 ? "  additional-locations:\n    - " : "    - ")
                    .append("location: ")
                    .append(regions[i])
                    .append("\n")
                    .append(indent)
                    .append("units: ")
                    .append(i == regions.length - 1 ? 1 + variant % 5 : 1)
                    .append("\n")
                    .append(indent)
                    .append("nodes: [\"127.0.0.1:")
                    .append(server(regions[i]).port())
                    .append("\"]\n");
        }
        text.append("""
                apis:
                  - name: all
                    path: /
                    backends: ["http://127.0.0.1:1"]
                  - name: other-%d
                    path: /other/%d
                    backends: ["http://127.0.0.1:1"]
                router:
                  event-loops: 2
                  place: %s
                  probing: {interval: 50ms, fall: 2, rise: 1, hold-down: 0s, max-hold-down: 0s, ramp: 0s}
                """.formatted(variant, variant, place));
        return DeploymentReader.read("servers.yaml", text.toString());
    }

    RegionState region(String name) {
        return router.snapshot().regions().stream()
                .filter(region -> region.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    NodeHealth health(String region) {
        Endpoint node = region(region).nodes().get(0);
        return (NodeHealth) node.health();
    }

    KeepAliveClient client() throws IOException {
        return new KeepAliveClient(router.port());
    }

    /** POSTs to the admin port. */
    void order(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + router.adminPort() + path))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(200);
    }

    static void await(BooleanSupplier condition) throws InterruptedException {
        await(condition, 20);
    }

    static void await(BooleanSupplier condition, int seconds) throws InterruptedException {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - giveUp).as("waited too long").isNegative();
            Probe.pause(5);
        }
    }

    @Override
    public void close() throws IOException {
        router.kill();
        for (IdentityServer server : servers.values()) {
            server.close();
        }
    }
}
