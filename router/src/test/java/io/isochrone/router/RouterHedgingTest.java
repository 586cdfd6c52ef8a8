package io.isochrone.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.AccessLogSettings;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.ForwardedHeaders;
import io.isochrone.config.model.GatewaySettings;
import io.isochrone.config.model.Hedging;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Location;
import io.isochrone.config.model.Probing;
import io.isochrone.config.model.RouterSettings;
import io.isochrone.config.model.Service;
import io.isochrone.config.model.Tier;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.health.NodeHealth;
import io.isochrone.proxy.health.NodeState;
import io.isochrone.proxy.resilience.LearnedRate;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** P51: one slow API in a region that is well otherwise. */
final class RouterHedgingTest {
    private static final Probing ONCE = new Probing(Duration.ofHours(1), Duration.ofSeconds(5), 2, 2);
    private static final int LEARNED = 60;

    private final HttpClient client = HttpClient.newHttpClient();
    private FakeNode near;
    private FakeNode far;
    private Router router;

    @BeforeEach
    void start() throws Exception {
        near = new FakeNode("near");
        far = new FakeNode("far");
        near.slowPath = "/slow";
        RouterSettings settings = new RouterSettings(
                        new HostPort("127.0.0.1", 0),
                        new HostPort("127.0.0.1", 0),
                        null,
                        List.of(),
                        ForwardedHeaders.DEFAULTS,
                        null,
                        ONCE,
                        Timeouts.ROUTER_DEFAULTS,
                        Limits.DEFAULTS,
                        3,
                        1,
                        AccessLogSettings.DEFAULTS,
                        Duration.ofMillis(1))
                .with(new Hedging(true, 95, Duration.ofMillis(300), 20));
        Deployment deployment = new Deployment(
                new Service(
                        "test",
                        Tier.PREMIUM,
                        location("westeurope", near.address()),
                        List.of(location("eastus", far.address())),
                        "secret"),
                List.of(),
                settings,
                GatewaySettings.DEFAULTS);
        HostPort free = new HostPort("127.0.0.1", 0);
        router = Router.start(deployment, new RouterOptions(free, free, "test-1", channel -> {}));
        await(() -> state(0) == NodeState.UP && state(1) == NodeState.UP);
        for (int i = 0; i < LEARNED; i++) {
            assertThat(get("/").body()).isEqualTo("near");
        }
    }

    @AfterEach
    void stop() {
        near.slow.countDown();
        router.kill();
        near.close();
        far.close();
    }

    private static Location location(String region, HostPort node) {
        return new Location(Objects.requireNonNull(RegionCatalogue.clouds().find(region)), 1, false, List.of(node));
    }

    private NodeState state(int region) {
        Endpoint node = router.snapshot().regions().get(region).nodes().get(0);
        return ((NodeHealth) node.health()).status().state();
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            assertThat(Thread.interrupted()).as("time is up").isFalse();
            Thread.onSpinWait();
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + router.port() + path));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    private String metrics() throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + router.adminPort() + "/metrics");
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }

    @Test
    void aSlowReadIsAnsweredByTheNextRegionWhileItsOwnStaysUpAndAPostWaits() throws Exception {
        CompletableFuture<HttpResponse<String>> post = client.sendAsync(
                request("/slow").POST(BodyPublishers.ofString("pay")).build(), BodyHandlers.ofString());
        await(() -> near.requests.size() == LEARNED + 1);

        HttpResponse<String> slow = get("/slow");

        assertThat(slow.statusCode()).isEqualTo(200);
        assertThat(slow.body()).isEqualTo("far");
        assertThat(slow.headers().firstValue("isochrone-attempts")).hasValue("2");
        assertThat(slow.headers().firstValue("isochrone-region")).hasValue("eastus");
        assertThat(get("/").body()).as("nothing speaks against the region").isEqualTo("near");
        assertThat(post.isDone()).isFalse();
        near.slow.countDown();
        assertThat(post.get().body()).isEqualTo("near");
        assertThat(far.requests).as("the read alone").hasSize(1);
        assertThat(metrics())
                .contains("isochrone_hedges_total{result=\"won\"} 1.0")
                .contains("result=\"outrun\"");
        await(() -> router.snapshot().regions().stream()
                .allMatch(region -> region.capacity().count() == 0));
    }

    @Test
    void aRegionThatIsFullIsNotAsked() throws Exception {
        var full = router.snapshot().regions().get(1).capacity();
        int taken = 0;
        while (full.enter(LearnedRate.Rank.GUEST, false, 0)) {
            taken++;
        }
        CompletableFuture<HttpResponse<String>> slow =
                client.sendAsync(request("/slow").build(), BodyHandlers.ofString());
        await(() -> {
            try {
                return metrics().contains("isochrone_hedges_total{result=\"nowhere\"} 1.0");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        near.slow.countDown();

        assertThat(slow.get().body()).isEqualTo("near");
        assertThat(slow.get().headers().firstValue("isochrone-attempts")).hasValue("1");
        assertThat(full.count()).isEqualTo(taken);
        assertThat(far.requests).isEmpty();
    }
}
