package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** P37: uploads that are refused before they are whole: their clients read the answer, and nobody gets a byte twice. */
@Timeout(30)
final class EarlyRejectionTest {
    private static final int MOST = 1 << 20;
    private static final String EXPECT = "Expect: 100-continue\r\n";

    private static Limits limits() {
        Limits d = Limits.DEFAULTS;
        return new Limits(
                d.maxTargetBytes(),
                d.maxHeadBytes(),
                d.maxHeaderFields(),
                MOST,
                d.maxConnections(),
                d.replayBytes(),
                d.bufferBytes(),
                d.maxStreams());
    }

    private static String head(String path, long length, String more) {
        return "POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n" + more + "\r\n";
    }

    /** Sends on until the other side takes no more, as a client does that reads the answer only when it has written all. */
    private static void pour(EngineFixture.Client client, int bytes) {
        try {
            for (int sent = 0; sent < bytes; sent += 16_384) {
                client.send("x".repeat(16_384));
            }
        } catch (IOException e) {
            // It closed while we wrote; what it said before is what counts.
        }
    }

    @Test
    void tellsAClientThatWaitsForContinueThatItsBodyIsTooLargeWithoutAskingForIt() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> RawBackend.ok(out, ""));
                EngineFixture engine = new EngineFixture(limits(), Timeouts.GATEWAY_DEFAULTS, backend.port());
                EngineFixture.Client client = engine.client()) {
            String answer = client.send(head("/", 100L << 20, EXPECT)).response();

            assertThat(answer).startsWith("HTTP/1.1 413 ").contains("Connection: close");
            assertThat(backend.heads()).isEmpty();
        }
    }

    @Test
    void tellsAClientThatSendsAtOnceThatItsBodyIsTooLarge() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> RawBackend.ok(out, ""));
                EngineFixture engine = new EngineFixture(limits(), Timeouts.GATEWAY_DEFAULTS, backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send(head("/", 100L << 20, ""));
            pour(client, 512 << 10);

            assertThat(client.rest()).startsWith("HTTP/1.1 413 ").doesNotContain("<reset>");
            assertThat(backend.heads()).isEmpty();
        }
    }

    @Test
    void tellsAClientWhoseChunksBecomeTooLarge() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> in.read() >= 0);
                EngineFixture engine = new EngineFixture(limits(), Timeouts.GATEWAY_DEFAULTS, backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send(Integer.toHexString(2 * MOST) + "\r\n");
            pour(client, MOST + MOST / 2);

            assertThat(client.rest()).startsWith("HTTP/1.1 413 ").doesNotContain("<reset>");
        }
    }

    @Test
    void passesABackendsEarlyRefusalToAClientThatWaitsForContinue() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) ->
                        RawBackend.answer(out, "HTTP/1.1 401 No\r\nContent-Length: 3\r\n\r\nkey"));
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            String answer = client.send(head("/", 100L << 20, EXPECT)).response();

            assertThat(answer).startsWith("HTTP/1.1 401 ").endsWith("key");
        }
    }

    @Test
    void passesABackendsEarlyRefusalToAClientThatSendsAtOnce() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    RawBackend.answer(out, "HTTP/1.1 401 No\r\nContent-Length: 3\r\nConnection: close\r\n\r\nkey");
                    socket.shutdownOutput();
                    in.transferTo(
                            OutputStream.nullOutputStream()); // a close with bytes unread would reset what was said
                    return false;
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send(head("/", 100L << 20, ""));
            pour(client, 512 << 10);

            assertThat(client.rest())
                    .startsWith("HTTP/1.1 401 ")
                    .contains("key")
                    .doesNotContain("<reset>");
        }
    }

    @Test
    void sendsTheBodyOnceToTheOtherWhenTheFirstRefusesBeforeContinue() throws Exception {
        AtomicInteger bytes = new AtomicInteger();
        int length = 300_000;
        try (RawBackend refusing = new RawBackend((head, in, out, socket) -> RawBackend.answer(
                        out, "HTTP/1.1 503 No\r\nContent-Length: 0\r\nIsochrone-Not-Processed: proof\r\n\r\n"));
                RawBackend other = new RawBackend((head, in, out, socket) -> {
                    RawBackend.answer(out, "HTTP/1.1 100 Continue\r\n\r\n");
                    byte[] body = in.readNBytes(length);
                    bytes.addAndGet(body.length);
                    return RawBackend.ok(out, new String(body, 0, 5, StandardCharsets.US_ASCII));
                });
                EngineFixture engine = EngineFixture.to(refusing.port(), other.port());
                EngineFixture.Client client = engine.client()) {
            client.send(head("/", length, EXPECT));
            assertThat(client.response()).startsWith("HTTP/1.1 100 ");
            String answer = client.send("first" + "x".repeat(length - 5)).response();

            assertThat(answer)
                    .startsWith("HTTP/1.1 200 ")
                    .contains("Isochrone-Attempts: 2")
                    .endsWith("first");
            assertThat(bytes).hasValue(length);
            assertThat(refusing.heads()).hasSize(1);
            assertThat(other.heads()).hasSize(1);
        }
    }
}
