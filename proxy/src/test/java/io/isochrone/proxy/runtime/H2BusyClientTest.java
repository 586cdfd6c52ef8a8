package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.proxy.outcome.ConnectionFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * P22: a client that answers each message of one long stream with a PING and two small window updates, as gRPC clients do to measure the way, is
 * no flood; one that uses the stream to send many more is one.
 */
final class H2BusyClientTest {
    private static final int MESSAGES = ConnectionFault.CONTROL_FRAMES.bound() * 3 / 2;
    private static final String MESSAGE = "a message";

    /** A backend that sends each chunk of a request back as soon as it is there. */
    private static RawBackend echo() throws IOException {
        return new RawBackend((head, in, out, socket) -> {
            RawBackend.answer(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (true) {
                String size = line(in);
                String chunk = new String(in.readNBytes(Integer.parseInt(size, 16) + 2), StandardCharsets.US_ASCII);
                RawBackend.answer(out, size + "\r\n" + chunk);
                if (size.equals("0")) {
                    return true;
                }
            }
        });
    }

    private static String line(java.io.InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\r'; next = in.read()) {
            line.append((char) next);
        }
        in.readNBytes(1);
        return line.toString();
    }

    /** Sends a message and waits until it has come back. */
    private static void converse(H2Client client, int length) throws IOException {
        client.data(1, false, MESSAGE);
        while (client.seen(1).body.size() < length) {
            client.required();
        }
    }

    private static void ping(H2Client client) throws IOException {
        client.frame(H2Client.PING, 0, 0, new byte[8]);
    }

    @Test
    void isServed() throws Exception {
        try (RawBackend backend = echo();
                EngineFixture engine = EngineFixture.to(backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            client.request(1, false, "POST", "/chat", "te", "trailers");
            for (int i = 1; i <= MESSAGES; i++) {
                converse(client, i * MESSAGE.length()); // the client updates both windows by the length of each message
                ping(client);
            }
            client.data(1, true, "");

            assertThat(client.response(1).text()).isEqualTo(MESSAGE.repeat(MESSAGES));
            assertThat(client.goAway).isNull();
            assertThat(engine.faults).isEmpty();
        }
    }

    @Test
    void isEndedWhenItFloods() throws Exception {
        try (RawBackend backend = echo();
                EngineFixture engine = EngineFixture.to(backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            client.request(1, false, "POST", "/chat", "te", "trailers");
            int sent = 0;
            try {
                while (client.goAway == null && sent < MESSAGES) {
                    for (int i = 0; i < 20; i++) {
                        ping(client);
                    }
                    sent++;
                    converse(client, sent * MESSAGE.length());
                }
            } catch (IOException | AssertionError ended) {
                assertThat(sent).isLessThan(MESSAGES);
            }

            assertThat(engine.faults.poll(5, TimeUnit.SECONDS)).isEqualTo(ConnectionFault.CONTROL_FRAMES);
            assertThat(sent * 20).isGreaterThan(ConnectionFault.CONTROL_FRAMES.bound()); // what it earned was borne
        }
    }
}
