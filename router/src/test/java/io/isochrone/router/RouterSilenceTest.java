package io.isochrone.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.AccessLogSettings;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.ForwardedHeaders;
import io.isochrone.config.model.GatewaySettings;
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
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** P7: a node that keeps its connections, accepts new ones, and says nothing. */
final class RouterSilenceTest {
    /** Regular probes play no part: only the one that silence causes. */
    private static final Probing ONCE = new Probing(Duration.ofHours(1), Duration.ofSeconds(5), 2, 2);

    private final HttpClient client = HttpClient.newHttpClient();
    private FakeNode near;
    private FakeNode far;
    private Router router;

    @BeforeEach
    void start() throws Exception {
        near = new FakeNode("near");
        far = new FakeNode("far");
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
                Duration.ofMillis(1));
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
        for (int i = 0; i < 50; i++) {
            assertThat(get().body()).isEqualTo("near");
        }
    }

    @AfterEach
    void stop() {
        router.kill();
        near.thaw();
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

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + router.port() + "/"));
    }

    private HttpResponse<String> get() throws Exception {
        return client.send(request().build(), BodyHandlers.ofString());
    }

    @Test
    void requestsThatMayBeRepeatedGoElsewhereAndPostsWait() throws Exception {
        near.freeze();
        CompletableFuture<HttpResponse<String>> post =
                client.sendAsync(request().POST(BodyPublishers.ofString("pay")).build(), BodyHandlers.ofString());
        await(() -> near.requests.size() == 51);
        List<CompletableFuture<HttpResponse<String>>> gets = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            gets.add(client.sendAsync(request().build(), BodyHandlers.ofString()));
        }

        for (CompletableFuture<HttpResponse<String>> get : gets) {
            assertThat(get.get().statusCode()).isEqualTo(200);
            assertThat(get.get().body()).isEqualTo("far");
        }
        assertThat(state(0)).isEqualTo(NodeState.DOWN);
        assertThat(get().headers().firstValue("isochrone-attempts")).hasValue("1");
        assertThat(post.isDone()).isFalse();

        near.thaw();
        assertThat(post.get().body()).isEqualTo("near");
        assertThat(far.requests)
                .as("the post was sent once")
                .noneMatch(headers -> "3".equals(headers.getFirst("Content-length")));
    }

    @Test
    void aNodeThatOnlyKeepsOneRequestWaitingStays() throws Exception {
        FakeNode slow = near;
        slow.slowPath = "/slow";
        CompletableFuture<HttpResponse<String>> waiting = client.sendAsync(
                request()
                        .uri(URI.create("http://127.0.0.1:" + router.port() + "/slow"))
                        .build(),
                BodyHandlers.ofString());
        await(() -> near.requests.size() == 51);
        NodeHealth health =
                (NodeHealth) router.snapshot().regions().get(0).nodes().get(0).health();
        await(() -> slow.probes.get() >= 2);
        await(() -> health.status().state() == NodeState.UP);

        assertThat(waiting.isDone()).isFalse();
        slow.slow.countDown();

        assertThat(waiting.get().body()).isEqualTo("near");
        assertThat(waiting.get().headers().firstValue("isochrone-attempts")).hasValue("1");
    }
}
