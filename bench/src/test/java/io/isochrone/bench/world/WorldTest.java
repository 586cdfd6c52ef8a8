package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.HostPort;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The world of {@code isochrone up} as its users meet it. */
@Tag("system")
@Timeout(60)
final class WorldTest {
    private static final String LIMA = "190.234.175.221";
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static World world;

    @BeforeAll
    @Timeout(60)
    static void start() throws Exception {
        world = World.start(new WorldOptions(new HostPort("127.0.0.1", 0), new HostPort("127.0.0.1", 0), false));
    }

    @AfterAll
    @Timeout(60)
    static void stop() {
        world.close();
    }

    private static HttpResponse<String> get(int port, String path, Map<String, String> fields) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(5));
        fields.forEach(request::header);
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String servedBy(String client) throws Exception {
        HttpResponse<String> response = get(world.port(), "/hello", Map.of("X-Forwarded-For", client));
        assertThat(response.statusCode()).isEqualTo(200);
        String region = response.headers().firstValue("Isochrone-Region").orElse("");
        assertThat(response.body()).contains("\"name\":\"" + region + "\"");
        return region;
    }

    @ParameterizedTest
    @CsvSource({
        "159.60.128.214, westeurope", // Amsterdam
        "184.152.112.159, eastus", // New York
        "206.237.99.32, southeastasia", // Jakarta
        "190.234.175.221, brazilsouth", // Lima
        "10.1.2.3, westeurope" // nowhere on a map: where the router is
    })
    void eachClientLandsOnTheRegionThatAMapWouldSay(String client, String region) throws Exception {
        assertThat(servedBy(client)).isEqualTo(region);
    }

    @Test
    void aDeadRegionGoesUnnoticedAndItsClientsComeHome() throws Exception {
        assertThat(servedBy(LIMA)).isEqualTo("brazilsouth");

        world.offline(WorldNames.find("Brazil South"));
        assertThat(servedBy(LIMA)).isEqualTo("eastus");

        world.online(WorldNames.find("brazilsouth"));
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        String region;
        do {
            region = servedBy(LIMA);
        } while (!region.equals("brazilsouth") && System.nanoTime() - deadline < 0);
        assertThat(region).isEqualTo("brazilsouth");
    }

    @Test
    void explainsTheOrderAsTextAndJson() throws Exception {
        HttpResponse<String> text = get(world.adminPort(), "/explain?client=" + LIMA, Map.of());
        HttpResponse<String> json = get(world.adminPort(), "/explain?client=" + LIMA + "&format=json", Map.of());

        assertThat(text.body()).containsSubsequence("brazilsouth", "eastus", "westeurope", "southeastasia");
        assertThat(json.body()).contains("\"region\" : \"brazilsouth\"").contains("\"distance_ms\"");
        assertThat(get(world.adminPort(), "/explain?client=lima", Map.of()).body())
                .contains("(expected: an IPv4 or IPv6 address)");
    }

    @Test
    void showsItsMetrics() throws Exception {
        servedBy(LIMA);

        assertThat(get(world.adminPort(), "/metrics", Map.of()).body())
                .contains("isochrone_requests_total{")
                .contains("isochrone_region_usable{region=\"westeurope\"} 1.0");
    }

    @Test
    void answersAMalformedRequestByItselfWithItsNames() throws Exception {
        HttpResponse<String> response = get(world.port(), "/a//b", Map.of());

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("Isochrone-Attempts")).contains("0");
        assertThat(response.body()).contains("\"statusCode\":400");
    }
}
