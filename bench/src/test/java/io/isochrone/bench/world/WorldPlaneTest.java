package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isochrone.bench.load.LoadClients;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Region;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A world whose nodes follow a control plane of their own. */
@Tag("system")
@Timeout(120)
final class WorldPlaneTest {
    private static final HostPort FREE = new HostPort("127.0.0.1", 0);
    private static final Region BRAZIL = WorldNames.find("brazilsouth");

    @Test
    void nodesJoinServeTheirOwnBackendsAndGoOnWithoutTheControlPlane() throws Exception {
        try (World world = World.start(new WorldOptions(FREE, FREE, false))) {
            try (WorldPlane plane = world.startPlane(FREE)) {
                await(() -> applied(plane).size() == WorldPlan.units() + 1);
                assertThat(regionOf(world, "Lima")).isEqualTo("brazilsouth");

                world.offline(BRAZIL);
                assertThat(regionOf(world, "Lima")).isEqualTo("eastus");
                world.online(BRAZIL);
                await(() -> regionOf(world, "Lima").equals("brazilsouth"));
                await(() -> applied(plane).size() == WorldPlan.units() + 1);
            }

            assertThat(regionOf(world, "Lima")).isEqualTo("brazilsouth");
            assertThat(regionOf(world, "Jakarta")).isEqualTo("southeastasia");
        }
    }

    /** The nodes that serve with what the control plane published. */
    private static Set<String> applied(WorldPlane plane) throws Exception {
        Set<String> ids = new TreeSet<>();
        for (JsonNode node : new ObjectMapper().readTree(plane.nodes()).path("value")) {
            if (node.path("applied").isObject() && node.path("state").asText().equals("serving")) {
                ids.add(node.path("id").asText());
            }
        }
        return ids;
    }

    /** The region that serves a city, as its backend says too. */
    private static String regionOf(World world, String city) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + world.port() + "/hello"))
                .header("X-Forwarded-For", LoadClients.world().city(city).address())
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        String region = answer.headers().firstValue("Isochrone-Region").orElse("none");
        assertThat(answer.body()).contains(region);
        return region;
    }

    private static void await(Callable<Boolean> wanted) throws Exception {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!wanted.call()) {
            assertThat(System.nanoTime() - giveUp).as("within a minute").isNegative();
            LockSupport.parkNanos(50_000_000);
        }
    }
}
