package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isochrone.bench.load.LoadClients;
import io.isochrone.config.model.HostPort;
import io.isochrone.proxy.runtime.BindFailedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("system")
@Timeout(60)
final class SimulatedWorldTest {
    private static final HostPort FREE = new HostPort("127.0.0.1", 0);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static World world;

    @BeforeAll
    @Timeout(60)
    static void start() throws Exception {
        world = World.start(new WorldOptions(FREE, FREE, true));
        for (String city : new String[] {"Amsterdam", "New York City", "Jakarta", "Lima"}) {
            get(city);
        }
    }

    @AfterAll
    @Timeout(60)
    static void stop() {
        world.close();
    }

    @AfterEach
    @Timeout(60)
    void heal() throws Exception {
        for (WorldPlan.Place place : WorldPlan.PLACES) {
            world.heal(place.region());
        }
        awaitServedBy("Amsterdam", "westeurope");
        awaitServedBy("New York City", "eastus");
        awaitServedBy("Jakarta", "southeastasia");
        awaitServedBy("Lima", "brazilsouth");
    }

    @ParameterizedTest
    @CsvSource({
        "Amsterdam, westeurope, West Europe",
        "New York City, eastus, East US",
        "Jakarta, southeastasia, Southeast Asia",
        "Lima, brazilsouth, Brazil South"
    })
    void servesEachClientFromTheRegionThatAMapWouldSay(String city, String region, String displayName)
            throws Exception {
        HttpResponse<String> response = get(city);

        JsonNode body = new ObjectMapper().readTree(response.body());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(region(response)).isEqualTo(region);
        assertThat(response.headers().firstValue("Isochrone-Attempts")).hasValue("1");
        assertThat(body.path("region").asText()).isEqualTo(displayName);
        assertThat(body.path("headers").path("X-Forwarded-For").asText()).startsWith(address(city));
    }

    @Test
    void servesFromTheNextNearestWhenARegionDiesAndFromHomeWhenItIsBack() throws Exception {
        world.offline(WorldNames.find("brazilsouth"));

        HttpResponse<String> away = get("Lima");
        assertThat(away.statusCode()).isEqualTo(200);
        String why = region(away).equals("eastus") ? "" : explain("Lima");
        assertThat(region(away)).as("%s %s", away.headers().map(), why).isEqualTo("eastus");

        world.online(WorldNames.find("brazilsouth"));
        awaitServedBy("Lima", "brazilsouth");
    }

    @Test
    void servesFromTheLastRegionLeft() throws Exception {
        world.offline(WorldNames.find("westeurope"));
        world.offline(WorldNames.find("eastus"));
        world.offline(WorldNames.find("brazilsouth"));

        assertThat(region(get("Lima"))).isEqualTo("southeastasia");
    }

    @Test
    void answers503WhenNoRegionIsLeft() throws Exception {
        for (WorldPlan.Place place : WorldPlan.PLACES) {
            world.offline(place.region());
        }

        assertThat(get("Lima").statusCode()).isEqualTo(503);
    }

    @Test
    void makesADistantRegionSlowerByTheDistance() throws Exception {
        world.offline(WorldNames.find("southeastasia"));
        long start = System.nanoTime();

        HttpResponse<String> response = get("Jakarta");

        assertThat(region(response)).isNotEqualTo("southeastasia");
        assertThat(System.nanoTime() - start).isGreaterThan(100_000_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reset", "reset-head", "refuse", "data-fails"})
    void servesFromTheNextNearestWhateverIsWrongWithARegion(String fault) throws Exception {
        JsonNode status = post("/world/fault?region=brazilsouth&fault=" + fault, 200);

        assertThat(status.path("regions").get(3).path("fault").asText()).isEqualTo(fault);
        HttpResponse<String> away = get("Lima");
        assertThat(away.statusCode()).isEqualTo(200);
        assertThat(region(away)).isNotEqualTo("brazilsouth");

        JsonNode healed = post("/world/heal?region=brazilsouth", 200);
        assertThat(healed.path("regions").get(3).path("fault").asText()).isEqualTo("none");
        awaitServedBy("Lima", "brazilsouth");
    }

    @Test
    void refusesAFaultThatItDoesNotKnow() throws Exception {
        assertThat(post("/world/fault?region=eastus&fault=frezze", 400)
                        .path("message")
                        .asText())
                .contains("did you mean \"freeze\"?");
    }

    @Test
    void isControlledThroughTheAdminPort() throws Exception {
        JsonNode offline = post("/world/offline?region=East%20US", 200);
        assertThat(offline.path("regions").get(1).path("online").asBoolean()).isFalse();

        JsonNode online = post("/world/online?region=eastus", 200);
        assertThat(online.path("regions").get(1).path("online").asBoolean()).isTrue();

        assertThat(post("/world/offline?region=eastsu", 400).path("message").asText())
                .contains("did you mean \"eastus\"?");
    }

    @Test
    void saysWhichPortIsInUse() {
        HostPort taken = new HostPort("127.0.0.1", world.port());

        assertThatThrownBy(() -> World.start(new WorldOptions(taken, FREE, false)))
                .isInstanceOf(BindFailedException.class)
                .hasMessageContaining(taken.toString());
    }

    /** Waits until a region serves whoever is nearest to it, and not only a growing share of them. */
    private static void awaitServedBy(String city, String region) throws Exception {
        until(() -> {
            try {
                boolean home = true;
                for (int i = 0; i < 10 && home; i++) {
                    home = region(get(city)).equals(region);
                }
                return home;
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(55).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("waited 20 s").isNegative();
        }
    }

    private static JsonNode post(String target, int status) throws Exception {
        HttpResponse<String> response = HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + world.adminPort() + target))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(status);
        return new ObjectMapper().readTree(response.body());
    }

    private static String address(String city) {
        return LoadClients.world().city(city).address();
    }

    private static String region(HttpResponse<String> response) {
        return response.headers().firstValue("Isochrone-Region").orElse("(none)");
    }

    /** What the router says of its choice for clients in the city. */
    private static String explain(String city) throws IOException, InterruptedException {
        String target = "http://127.0.0.1:" + world.adminPort() + "/explain?client=" + address(city);
        return HTTP.send(HttpRequest.newBuilder(URI.create(target)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static HttpResponse<String> get(String city) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + world.port() + "/hello"))
                        .header("X-Forwarded-For", address(city))
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
