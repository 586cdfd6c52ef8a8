package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.bench.fault.LedgerBackend;
import io.isochrone.config.model.Api;
import io.isochrone.config.model.Backend;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.GatewaySettings;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Location;
import io.isochrone.config.model.Region;
import io.isochrone.config.model.RouterSettings;
import io.isochrone.config.model.Service;
import io.isochrone.config.model.Tier;
import io.isochrone.config.model.Timeouts;
import io.isochrone.gateway.Gateway;
import io.isochrone.gateway.GatewayOptions;
import io.isochrone.router.Router;
import io.isochrone.router.RouterOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that go out in the moment in which the other side closes an idle connection. */
@Tag("system")
@Timeout(120)
final class StaleConnectionTest {
    private static final HostPort FREE = new HostPort("127.0.0.1", 0);
    private static final Region REGION = WorldPlan.PLACES.get(0).region();
    private static final int LANES = 400;
    private static final int ROUNDS = 50;
    private static final int MOST_RUNS = 5;
    private static final int ENOUGH_CLOSES = 500;

    @Test
    void losesNoGetAndRepeatsNoPostWhenABackendClosesAfter200MsWithoutSayingSo() throws Exception {
        try (LedgerBackend backend = LedgerBackend.start("b", 0, Duration.ofMillis(200))) {
            Gateway gateway = gateway(deployment(backend, FREE, patient(GatewaySettings.DEFAULTS.timeouts())));
            try (Lanes lanes = new Lanes(gateway.port(), LANES)) {
                List<Lanes.Answer> answers = new ArrayList<>();
                while (answers.size() < MOST_RUNS * LANES * ROUNDS && backend.idleCloses() <= ENOUGH_CLOSES) {
                    answers.addAll(lanes.run(ROUNDS)); // how often a close is met depends on how busy the machine is
                }

                assertThat(answers).filteredOn(a -> a.method().equals("GET")).allMatch(a -> a.status() == 200);
                assertThat(answers)
                        .filteredOn(a -> a.method().equals("POST"))
                        .allMatch(a -> a.status() == 200
                                ? backend.ledger().count(a.id()) == 1
                                : a.status() == 502 && a.body().contains("it may have been processed"));
                assertThat(backend.ledger().max()).isEqualTo(1);
                assertThat(backend.idleCloses()).isGreaterThan(ENOUGH_CLOSES);
            } finally {
                gateway.kill();
            }
        }
    }

    @Test
    void losesNothingBetweenRouterAndGatewayBecauseTheRouterClosesFirst() throws Exception {
        Duration routerKeeps = Duration.ofMillis(200);
        Duration gatewayKeeps = Duration.ofMillis(700);
        try (LedgerBackend backend = LedgerBackend.start("b")) {
            Timeouts shortened = GatewaySettings.DEFAULTS.timeouts();
            shortened = idle(shortened, gatewayKeeps, shortened.upstreamIdle());
            Gateway gateway = gateway(deployment(backend, FREE, shortened));
            Deployment deployment = deployment(backend, new HostPort("127.0.0.1", gateway.port()), shortened);
            Router router = Router.start(
                    withRouterIdle(deployment, routerKeeps), new RouterOptions(FREE, FREE, "router", channel -> {}));
            try (Lanes lanes = new Lanes(router.port(), LANES)) {
                List<Lanes.Answer> answers = lanes.run(ROUNDS);

                assertThat(answers).hasSize(LANES * ROUNDS);
                assertThat(answers).allMatch(a -> a.status() == 200);
                assertThat(backend.ledger().size()).isEqualTo(LANES * ROUNDS / 2);
                assertThat(backend.ledger().max()).isEqualTo(1);
            } finally {
                router.kill();
                gateway.kill();
            }
        }
    }

    private static Gateway gateway(Deployment deployment) throws Exception {
        return Gateway.start(deployment, new GatewayOptions(REGION.name(), FREE, null, "g1", channel -> {}));
    }

    private static Deployment deployment(LedgerBackend backend, HostPort node, Timeouts gatewayTimeouts) {
        Service service = new Service(
                "stale", Tier.PREMIUM, new Location(REGION, 1, false, List.of(node)), List.of(), "stale-connections");
        List<Backend> backends = List.of(new Backend(new HostPort("127.0.0.1", backend.port()), ""));
        GatewaySettings d = GatewaySettings.DEFAULTS;
        GatewaySettings settings = new GatewaySettings(
                d.trustedProxies(),
                d.forwardedHeaders(),
                gatewayTimeouts,
                d.limits(),
                d.maxAttempts(),
                d.ejection(),
                1,
                d.accessLog(),
                Duration.ZERO);
        return new Deployment(
                service, List.of(new Api("all", "", backends, Map.of(), false)), RouterSettings.DEFAULTS, settings);
    }

    private static Deployment withRouterIdle(Deployment deployment, Duration upstreamIdle) {
        RouterSettings d = RouterSettings.DEFAULTS;
        RouterSettings settings = new RouterSettings(
                FREE,
                FREE,
                d.place(),
                d.trustedProxies(),
                d.forwardedHeaders(),
                d.geoDatabase(),
                d.probing(),
                idle(d.timeouts(), d.timeouts().downstreamIdle(), upstreamIdle),
                d.limits(),
                d.maxAttempts(),
                1,
                d.accessLog(),
                Duration.ZERO);
        return new Deployment(deployment.service(), deployment.apis(), settings, deployment.gateway());
    }

    private static Timeouts idle(Timeouts d, Duration downstream, Duration upstream) {
        return patient(new Timeouts(
                d.requestHead(),
                downstream,
                d.connect(),
                d.firstByte(),
                d.streamIdle(),
                d.tunnelIdle(),
                upstream,
                d.drain()));
    }

    /** Four hundred connections at once may take a cold machine more than the second of the defaults. */
    private static Timeouts patient(Timeouts d) {
        return new Timeouts(
                d.requestHead(),
                d.downstreamIdle(),
                Duration.ofSeconds(20),
                d.firstByte(),
                d.streamIdle(),
                d.tunnelIdle(),
                d.upstreamIdle(),
                d.drain());
    }
}
