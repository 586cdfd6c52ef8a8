package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.outcome.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** P38: request bodies that come a byte at a time. */
final class SlowBodyTest {
    private static final Duration WINDOW = Duration.ofMillis(200);
    private static final int BYTES = 60;
    private static final long PAUSE_NANOS = 20_000_000;

    private static Limits rate(long bytesPerSecond) {
        return Limits.DEFAULTS.withBodyRate(bytesPerSecond, WINDOW);
    }

    private static RawBackend taking(int bytes) throws IOException {
        return new RawBackend((head, in, out, socket) -> {
            in.readNBytes(bytes);
            return RawBackend.ok(out, "ok");
        });
    }

    /** Sends a byte every 20 ms until the body is whole or an answer has come. */
    private static void trickle(EngineFixture.Client client, int bytes) throws IOException {
        for (int i = 0; i < bytes && client.in.available() == 0; i++) {
            client.send("x");
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static String head(String field) {
        return "POST /a HTTP/1.1\r\nHost: h\r\n" + field + "Content-Length: " + BYTES + "\r\n\r\n";
    }

    @Test
    void areEndedWhenTheyAreTooSlow() throws Exception {
        try (RawBackend backend = taking(BYTES);
                EngineFixture engine = new EngineFixture(rate(1000), Timeouts.GATEWAY_DEFAULTS, backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send(head(""));
            trickle(client, BYTES);

            assertThat(client.rest()).startsWith("HTTP/1.1 408 ").contains("\r\nConnection: close\r\n", "too slowly");
            assertThat(engine.nextRecord().outcome()).isEqualTo(Outcome.REQUEST_TIMEOUT);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"TE: trailers\r\n", "TE: deflate, Trailers\r\n", "Content-Type: application/grpc+proto\r\n"})
    void mayBeSlowWhenTheyAreStreams(String field) throws Exception {
        try (RawBackend backend = taking(BYTES);
                EngineFixture engine = new EngineFixture(rate(1000), Timeouts.GATEWAY_DEFAULTS, backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send(head(field));
            trickle(client, BYTES);

            assertThat(client.response()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void mayBeSlowWithoutABound() throws Exception {
        try (RawBackend backend = taking(BYTES);
                EngineFixture engine = new EngineFixture(rate(0), Timeouts.GATEWAY_DEFAULTS, backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send(head(""));
            trickle(client, BYTES);

            assertThat(client.response()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void areNotBlamedForAnUpstreamThatDoesNotRead() throws Exception {
        int bytes = 16 << 20;
        CountDownLatch read = new CountDownLatch(1);
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    try {
                        read.await(1, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    in.readNBytes(bytes);
                    return RawBackend.ok(out, "ok");
                });
                EngineFixture engine = new EngineFixture(rate(1000), Timeouts.GATEWAY_DEFAULTS, backend.port());
                EngineFixture.Client client = engine.client()) {
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: " + bytes + "\r\n\r\n");
                    client.socket.getOutputStream().write(new byte[bytes]);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });

            assertThat(client.response()).startsWith("HTTP/1.1 200 ");
            sent.join();
        }
    }

    @Test
    void areNotBlamedWhileTheyWaitForContinue() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    try {
                        never.await(700, TimeUnit.MILLISECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    RawBackend.answer(out, "HTTP/1.1 100 Continue\r\n\r\n");
                    in.readNBytes(BYTES);
                    return RawBackend.ok(out, "ok");
                });
                EngineFixture engine = new EngineFixture(rate(1000), Timeouts.GATEWAY_DEFAULTS, backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send(head("Expect: 100-continue\r\n"));
            assertThat(RawBackend.readHead(client.in)).startsWith("HTTP/1.1 100 ");
            client.socket.getOutputStream().write("x".repeat(BYTES).getBytes(StandardCharsets.US_ASCII));

            assertThat(client.response()).startsWith("HTTP/1.1 200 ");
        }
    }
}
