package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** P27: client connections that have grown old end with a response that says so, at different times, and no request is lost. */
@Timeout(60)
class ConnectionAgeTest {
    private static final int CLIENTS = 20;
    private static final int GO_AWAY = 7;

    private static Timeouts aged(Duration age) {
        Timeouts d = Timeouts.GATEWAY_DEFAULTS;
        return new Timeouts(
                d.requestHead(),
                d.downstreamIdle(),
                d.connect(),
                d.firstByte(),
                d.streamIdle(),
                d.tunnelIdle(),
                d.upstreamIdle(),
                d.drain(),
                d.total(),
                d.unacknowledged(),
                age);
    }

    /** POSTs one after the other until the connection is told to end; returns after how many milliseconds. */
    private static long postUntilTold(EngineFixture engine) throws Exception {
        long begin = System.nanoTime();
        try (EngineFixture.Client client = engine.client()) {
            while (true) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
                String response = client.response();
                assertThat(response).startsWith("HTTP/1.1 200 ").endsWith("done");
                if (response.contains("\r\nConnection: close\r\n")) {
                    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
                    assertThat(client.rest()).isEmpty();
                    return millis;
                }
            }
        }
    }

    private static RawBackend backend() throws Exception {
        return new RawBackend((head, in, out, socket) -> {
            in.readNBytes(3);
            return RawBackend.ok(out, "done");
        });
    }

    @Test
    void tellsConnectionsToEndAtDifferentAgesAndLosesNoPost() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try (RawBackend backend = backend();
                EngineFixture engine =
                        new EngineFixture(Limits.DEFAULTS, aged(Duration.ofSeconds(2)), backend.port())) {
            List<Callable<Long>> work = Collections.nCopies(CLIENTS, () -> postUntilTold(engine));
            List<Long> ages = new ArrayList<>();
            for (Future<Long> each : threads.invokeAll(work)) {
                ages.add(each.get());
            }

            assertThat(ages).allMatch(millis -> millis >= 1600);
            assertThat(Collections.max(ages) - Collections.min(ages)).isGreaterThan(300);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void neverEndsAnOldConnectionWithoutAWord() throws Exception {
        try (RawBackend backend = backend();
                EngineFixture engine = new EngineFixture(Limits.DEFAULTS, aged(Duration.ofMillis(1)), backend.port());
                EngineFixture.Client client = engine.client()) {
            client.socket.setSoTimeout(500); // several sweeps

            assertThat(client.rest()).endsWith("<reset>"); // nothing came within the time, no end either

            client.socket.setSoTimeout(8000);
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
            assertThat(client.response()).startsWith("HTTP/1.1 200 ").contains("\r\nConnection: close\r\n");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void letsStreamsOfAnOldHttp2ConnectionEndAndTakesNoNewOnes() throws Exception {
        try (RawBackend backend = backend();
                EngineFixture engine =
                        new EngineFixture(Limits.DEFAULTS, aged(Duration.ofMillis(300)), backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            client.request(1, false, "POST", "/");

            assertThat(client.await(GO_AWAY).payload()).startsWith(0x7f, 0xff, 0xff, 0xff);
            client.data(1, true, "abc");
            assertThat(client.response(1).status()).isEqualTo("200");
            assertThat(client.end()).isNotNull();
        }
    }

    @Test
    void keepsConnectionsWhoseAgeDoesNotMatter() throws Exception {
        try (RawBackend backend = backend();
                EngineFixture engine = new EngineFixture(Limits.DEFAULTS, aged(Duration.ZERO), backend.port());
                EngineFixture.Client client = engine.client()) {
            for (int i = 0; i < 300; i++) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
                assertThat(client.response()).doesNotContain("Connection: close");
            }
        }
    }
}
