package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.bench.load.LoadClients;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients of four places, each with several requests under way at every moment; the processes of one client's nearest region get
 * SIGKILL. Not thread-safe: answers are read by the test's thread.
 */
@Tag("system")
@Timeout(90)
final class KilledProcessTest {
    private static final Map<String, String> HOMES = Map.of(
            "Amsterdam", "westeurope", "New York City", "eastus", "Jakarta", "southeastasia", "Lima", "brazilsouth");
    private static final int LANES = 4;
    private static final long STEP_SECONDS = 20;

    /** One answer or its lack. Immutable. */
    private record Answer(String city, int status, String region, String failure) {}

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final Map<String, Integer> seen = new HashMap<>();
    private final AtomicInteger limaInFlight = new AtomicInteger();
    private volatile boolean done;
    private WorldProcesses world;

    @BeforeEach
    @Timeout(60)
    void start() throws Exception {
        world = WorldProcesses.start(true);
    }

    @AfterEach
    @Timeout(60)
    void stop() {
        done = true;
        world.close();
    }

    @Test
    void everyRequestIsAnsweredByTheNextNearestWhileTheNearestRegionIsDead() throws Exception {
        HOMES.keySet().forEach(city -> {
            for (int lane = 0; lane < LANES; lane++) {
                send(city);
            }
        });
        await(
                "each client is served at home",
                () -> HOMES.entrySet().stream().allMatch(home -> count(home.getKey(), home.getValue()) >= LANES));

        world.kill(WorldNames.find("brazilsouth"));
        assertThat(limaInFlight.get()).isPositive();
        await("Lima is served from the next nearest", () -> count("Lima", "eastus") >= 3 * LANES);

        world.heal(WorldNames.find("brazilsouth"));
        int before = count("Lima", "brazilsouth");
        await("Lima is served at home again", () -> count("Lima", "brazilsouth") >= before + 3 * LANES);

        assertThat(count("Lima", "eastus") + count("Lima", "brazilsouth")).isEqualTo(total("Lima"));
        assertThat(count("Amsterdam", "westeurope")).isEqualTo(total("Amsterdam"));
        assertThat(count("Jakarta", "southeastasia")).isEqualTo(total("Jakarta"));
    }

    /** Takes answers until the condition holds. Fails at the first answer that is no 200. */
    private void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(STEP_SECONDS);
        while (!condition.getAsBoolean()) {
            Answer answer = answers.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            assertThat(answer)
                    .as(() -> what + ": not within " + STEP_SECONDS + " s; answers " + seen + "\n" + world.describe())
                    .isNotNull();
            assertThat(answer.status())
                    .as(() -> what + ": " + answer + "\n" + world.describe())
                    .isEqualTo(200);
            seen.merge(answer.city() + ">" + answer.region(), 1, Integer::sum);
        }
    }

    private int count(String city, String region) {
        return seen.getOrDefault(city + ">" + region, 0);
    }

    private int total(String city) {
        return seen.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(city + ">"))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /** Sends a request now, and the next one when it is answered, so that one is always under way. */
    private void send(String city) {
        boolean lima = city.equals("Lima");
        limaInFlight.addAndGet(lima ? 1 : 0);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + world.router() + "/hello"))
                .header("X-Forwarded-For", LoadClients.world().city(city).address())
                .timeout(Duration.ofSeconds(10))
                .build();
        var unused = http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .whenComplete((response, failure) -> {
                    answers.add(answer(city, response, failure));
                    if (failure == null && !done) {
                        send(city);
                    }
                    limaInFlight.addAndGet(lima ? -1 : 0);
                });
    }

    private static Answer answer(String city, @Nullable HttpResponse<Void> response, @Nullable Throwable failure) {
        if (response == null) {
            return new Answer(city, 0, "(none)", String.valueOf(failure));
        }
        String region = response.headers().firstValue("Isochrone-Region").orElse("(none)");
        return new Answer(city, response.statusCode(), region, "");
    }
}
