package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isochrone.bench.fault.LedgerBackend;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.GatewaySettings;
import io.isochrone.config.model.HostPort;
import io.isochrone.gateway.Gateway;
import io.isochrone.gateway.GatewayOptions;
import io.isochrone.proxy.runtime.BindFailedException;
import io.isochrone.router.Router;
import io.isochrone.router.RouterOptions;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every gateway is restarted, one after the other, and the router handed over, under clients that keep their connections. */
@Tag("system")
@Timeout(60)
final class RollingRestartTest {
    private static final HostPort FREE = new HostPort("127.0.0.1", 0);
    private static final Duration RESTART_DELAY = Duration.ofMillis(600);
    private static final int LANES = 12;
    private static final List<String> CLIENTS =
            List.of("159.60.128.214", "184.152.112.159", "103.28.12.1", "190.234.175.221");

    /** One node and where it listens; the gateway is replaced at its restart. */
    private static final class Node {
        private final String region;
        private final String id;
        private HostPort address = FREE;
        private Gateway gateway;

        Node(String region, String id) {
            this.region = region;
            this.id = id;
        }
    }

    private final List<Node> nodes = new ArrayList<>();
    private final List<Thread> lanes = new ArrayList<>();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answered = new AtomicInteger();
    private volatile boolean done;
    private LedgerBackend backend;
    private Deployment deployment;
    private Deployment routerDeployment;
    private Router router;

    @AfterEach
    void stop() throws Exception {
        done = true;
        for (Thread lane : lanes) {
            lane.join(5000);
        }
        if (router != null) {
            router.kill();
        }
        nodes.forEach(node -> node.gateway.kill());
        if (backend != null) {
            backend.close();
        }
    }

    @Test
    void loseNoRequestAndRunNoPostTwiceWhileEveryGatewayIsRestarted() throws Exception {
        startWorld();
        startLanes();
        for (Node node : nodes) {
            int before = answered.get();
            node.gateway.stop();
            start(node);
            awaitUsable(node);
            // Each node is back under load before the next one leaves.
            awaitAnswered(before + LANES * 10);
        }
        done = true;
        for (Thread lane : lanes) {
            lane.join(5000);
        }

        assertThat(errors).isEmpty();
        assertThat(answered.get()).isGreaterThan(nodes.size() * LANES * 10);
        assertThat(backend.ledger().max()).isEqualTo(1);
    }

    @Test
    void loseNoRequestWhileANewRouterTakesOverThePort() throws Exception {
        startWorld();
        startLanes();
        awaitAnswered(LANES * 10);
        Router old = router;
        HostPort listen = new HostPort("127.0.0.1", old.port());
        Router next =
                Router.start(routerDeployment, new RouterOptions(listen, FREE, "next-router", channel -> {}, true));
        try {
            old.stop();
            awaitAnswered(answered.get() + LANES * 10);
            done = true;
            for (Thread lane : lanes) {
                lane.join(5000);
            }

            assertThat(errors).isEmpty();
            assertThat(next.metrics().scrape()).contains("isochrone_requests_total{");
            assertThat(backend.ledger().max()).isEqualTo(1);
        } finally {
            next.kill();
        }
    }

    @Test
    void refuseTheirPortToARouterThatWasNotToldToShareIt() throws Exception {
        startWorld();
        HostPort listen = new HostPort("127.0.0.1", router.port());

        assertThatThrownBy(() ->
                        Router.start(routerDeployment, new RouterOptions(listen, FREE, "next-router", channel -> {})))
                .isInstanceOf(BindFailedException.class)
                .hasMessageContaining(listen.toString());
    }

    private void startWorld() throws Exception {
        backend = LedgerBackend.start("world");
        Map<String, HostPort> backends = new HashMap<>();
        Map<String, List<HostPort>> addresses = new HashMap<>();
        WorldPlan.PLACES.forEach(
                place -> backends.put(place.region().name(), new HostPort("127.0.0.1", backend.port())));
        deployment = patient(WorldPlan.forGateways(backends));
        for (WorldPlan.Place place : WorldPlan.PLACES) {
            for (int i = 1; i <= place.nodes(); i++) {
                Node node = new Node(place.region().name(), place.region().name() + "-" + i);
                start(node);
                nodes.add(node);
                addresses
                        .computeIfAbsent(node.region, name -> new ArrayList<>())
                        .add(node.address);
            }
        }
        routerDeployment = WorldPlan.deployment(FREE, FREE, addresses, backends);
        router = Router.start(routerDeployment, new RouterOptions(FREE, FREE, "rolling-router", channel -> {}, true));
        for (Node node : nodes) {
            awaitUsable(node);
        }
    }

    /** A gateway that is told to stop goes on accepting until the router's probes have seen it. */
    private static Deployment patient(Deployment world) {
        GatewaySettings g = world.gateway();
        return new Deployment(
                world.service(),
                world.apis(),
                world.router(),
                new GatewaySettings(
                        g.trustedProxies(),
                        g.forwardedHeaders(),
                        g.timeouts(),
                        g.limits(),
                        g.maxAttempts(),
                        g.ejection(),
                        g.eventLoops(),
                        g.accessLog(),
                        RESTART_DELAY));
    }

    private void start(Node node) throws Exception {
        node.gateway =
                Gateway.start(deployment, new GatewayOptions(node.region, node.address, null, node.id, channel -> {}));
        node.address = new HostPort("127.0.0.1", node.gateway.port());
    }

    private void startLanes() {
        for (int i = 0; i < LANES; i++) {
            Thread lane = new Thread(
                    new KeepAliveLane(
                            "lane-" + i,
                            CLIENTS.get(i % CLIENTS.size()),
                            () -> router.port(),
                            () -> done,
                            errors,
                            answered),
                    "lane-" + i);
            lane.setDaemon(true);
            lane.start();
            lanes.add(lane);
        }
    }

    private void awaitUsable(Node node) {
        while (router.snapshot().regions().stream()
                .flatMap(region -> region.nodes().stream())
                .noneMatch(endpoint -> endpoint.id().equals(node.address.toString())
                        && endpoint.health().isUsable(Ticker.systemTicker().nanoTime()))) {
            Thread.onSpinWait();
        }
    }

    private void awaitAnswered(int count) {
        while (answered.get() < count && errors.isEmpty()) {
            Thread.onSpinWait();
        }
    }
}
