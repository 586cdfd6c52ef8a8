package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.bench.fault.NameServer;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.read.DeploymentReader;
import io.isochrone.gateway.Gateway;
import io.isochrone.gateway.GatewayOptions;
import io.isochrone.router.Router;
import io.isochrone.router.RouterOptions;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** P41: names of backends and nodes that move, and DNS that fails. Times to live are brought into 100 to 500 ms. */
@Tag("system")
@Timeout(60)
final class DnsTest {
    private static final HostPort FREE = new HostPort("127.0.0.1", 0);
    private static final String NAME = "backend.test";
    private static final String OLD = "127.0.0.1";
    private static final String NEW = "127.0.0.2";

    private static Deployment deployment(NameServer dns, String node, int port) {
        return DeploymentReader.read("dns.yaml", """
                service:
                  name: dns
                  tier: Developer
                  primary:
                    location: West Europe
                    nodes: ["%s:%d"]
                apis:
                  - name: all
                    path: /
                    backends: ["http://backend.test:%d"]
                router:
                  event-loops: 1
                  dns: {min-ttl: 100ms, max-ttl: 500ms, servers: ["127.0.0.1:%d"]}
                  probing: {interval: 50ms, rise: 1}
                gateway:
                  event-loops: 1
                  ejection: 10ms
                  dns: {min-ttl: 100ms, max-ttl: 500ms, servers: ["127.0.0.1:%d"]}
                """.formatted(node, port, port, dns.port(), dns.port()));
    }

    private static Gateway gateway(NameServer dns, int port) throws Exception {
        return Gateway.start(
                deployment(dns, "127.0.0.1", port), new GatewayOptions("westeurope", FREE, null, "g", channel -> {}));
    }

    private static KeepAliveClient client(int port) throws IOException {
        return new KeepAliveClient(port);
    }

    private static double metric(Gateway gateway, String name) {
        String page = gateway.metrics().scrape();
        return page.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + ": not there"));
    }

    @Test
    void movesNewRequestsWithinTheTimeToLiveAndDrainsTheOldAddress() throws Exception {
        try (NameServer dns = NameServer.start();
                IdentityServer old = new IdentityServer("old", OLD, 0);
                IdentityServer now = new IdentityServer("new", NEW, old.port())) {
            dns.name(NAME, 0, OLD);
            Gateway gateway = gateway(dns, old.port());
            try (KeepAliveClient client = client(gateway.port());
                    KeepAliveClient slow = client(gateway.port())) {
                assertThat(client.get("/")).isEqualTo("200 old");
                slow.send("/wait");
                RouterOverServers.await(() -> old.requests() == 2);

                dns.name(NAME, 0, NEW);
                long moved = System.nanoTime();
                while (!client.get("/").equals("200 new")) {
                    assertThat(System.nanoTime() - moved).isLessThan(TimeUnit.MILLISECONDS.toNanos(1100));
                }

                int before = old.requests();
                RouterOverServers.await(() -> old.connections() == 1); // the one under way
                old.letGo();
                assertThat(slow.read()).isEqualTo("200 old");
                RouterOverServers.await(() -> old.connections() == 0);
                assertThat(slow.get("/")).isEqualTo("200 new");
                assertThat(old.requests()).isEqualTo(before);
            } finally {
                gateway.kill();
            }
        }
    }

    @Test
    void probesAndRequestsOfARouterFollowTheNameOfANode() throws Exception {
        try (NameServer dns = NameServer.start();
                IdentityServer old = new IdentityServer("old", OLD, 0);
                IdentityServer now = new IdentityServer("new", NEW, old.port())) {
            dns.name("node.test", 0, OLD);
            Router router = Router.start(
                    deployment(dns, "node.test", old.port()), new RouterOptions(FREE, FREE, "r", channel -> {}));
            try (KeepAliveClient client = client(router.port())) {
                ThreeRegions.awaitUp(router, 0);
                assertThat(client.get("/")).isEqualTo("200 old");

                dns.name("node.test", 0, NEW);

                RouterOverServers.await(() -> now.accepted() > 0 && old.connections() == 0);
                assertThat(client.get("/")).isEqualTo("200 new");
                int probed = now.accepted();
                int left = old.accepted();
                RouterOverServers.await(() -> now.accepted() > probed + 2);
                assertThat(old.accepted()).isEqualTo(left);
            } finally {
                router.kill();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = NameServer.Behaviour.class,
            names = {"SERVFAIL", "NXDOMAIN", "SILENT", "GARBAGE", "TRUNCATED_ONLY"})
    void servesFromTheLastGoodAnswerHoweverDnsFails(NameServer.Behaviour behaviour) throws Exception {
        try (NameServer dns = NameServer.start();
                IdentityServer old = new IdentityServer("old", OLD, 0);
                IdentityServer now = new IdentityServer("new", NEW, old.port())) {
            dns.name(NAME, 0, OLD);
            Gateway gateway = gateway(dns, old.port());
            try (KeepAliveClient client = client(gateway.port())) {
                assertThat(client.get("/")).isEqualTo("200 old");

                dns.behave(behaviour);
                RouterOverServers.await(() -> metric(gateway, "isochrone_dns_names_stale") == 1);
                double failures = metric(gateway, "isochrone_dns_failures_total");
                RouterOverServers.await(() -> metric(gateway, "isochrone_dns_failures_total") > failures);
                assertThat(client.get("/")).isEqualTo("200 old");

                dns.name(NAME, 0, NEW);
                dns.behave(NameServer.Behaviour.ANSWER);
                RouterOverServers.await(() -> metric(gateway, "isochrone_dns_names_stale") == 0);
                assertThat(client.get("/")).isEqualTo("200 new");
            } finally {
                gateway.kill();
            }
        }
    }

    @Test
    void asksAgainByTcpWhenAnAnswerDoesNotFit() throws Exception {
        try (NameServer dns = NameServer.start();
                IdentityServer server = new IdentityServer("big", OLD, 0)) {
            dns.name(NAME, 0, OLD);
            dns.behave(NameServer.Behaviour.TRUNCATED);
            Gateway gateway = gateway(dns, server.port());
            try (KeepAliveClient client = client(gateway.port())) {
                assertThat(client.get("/")).isEqualTo("200 big");
            } finally {
                gateway.kill();
            }
        }
    }

    @Test
    void refusesAtOnceWhileANameHasNeverHadAnAddressAndServesWhenItHas() throws Exception {
        try (NameServer dns = NameServer.start();
                IdentityServer server = new IdentityServer("late", OLD, 0)) {
            Gateway gateway = gateway(dns, server.port());
            try (KeepAliveClient client = client(gateway.port())) {
                assertThat(client.get("/")).startsWith("503 ").contains("No backend of API 'all' can be reached");
                assertThat(metric(gateway, "isochrone_dns_names_unknown")).isEqualTo(1);
                assertThat(gateway.metrics().scrape()).contains("result=\"no_address\"");

                dns.name(NAME, 0, OLD);
                RouterOverServers.await(() -> metric(gateway, "isochrone_dns_names_unknown") == 0);
                RouterOverServers.await(() -> {
                    try {
                        return client.get("/").equals("200 late");
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
            } finally {
                gateway.kill();
            }
        }
    }

    @Test
    void triesTheNextAddressWhenOneRefuses() throws Exception {
        try (NameServer dns = NameServer.start();
                IdentityServer server = new IdentityServer("second", NEW, 0)) {
            dns.name(NAME, 0, "127.0.0.3", NEW, "::1");
            Gateway gateway = gateway(dns, server.port());
            try {
                for (int i = 0; i < 20; i++) {
                    try (KeepAliveClient client = client(gateway.port())) {
                        assertThat(client.get("/")).isEqualTo("200 second");
                    }
                }
            } finally {
                gateway.kill();
            }
        }
    }

    @Test
    void followsAnAliasForTheAliasTimeToLive() throws Exception {
        try (NameServer dns = NameServer.start();
                IdentityServer old = new IdentityServer("old", OLD, 0);
                IdentityServer now = new IdentityServer("new", NEW, old.port())) {
            dns.name("a.test", 0, OLD);
            dns.name("b.test", 0, NEW);
            dns.alias(NAME, "a.test"); // the address itself may be kept for an hour
            Gateway gateway = gateway(dns, old.port());
            try (KeepAliveClient client = client(gateway.port())) {
                assertThat(client.get("/")).isEqualTo("200 old");

                dns.alias(NAME, "b.test");

                RouterOverServers.await(() -> old.connections() == 0, 5);
                assertThat(client.get("/")).isEqualTo("200 new");
            } finally {
                gateway.kill();
            }
        }
    }
}
