package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** P24: a place in a bulkhead is taken once for each exchange and given back on every way out of it. */
final class BulkheadExitsTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String UPGRADE =
            "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    private static final String CHANGED = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    private static final int CANCEL = 8;
    private static final Timeouts SHORT = new Timeouts(
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofMillis(200),
            Duration.ofMillis(200),
            Duration.ofMillis(200),
            Duration.ofSeconds(10),
            Duration.ofSeconds(3));

    /** Reads until the other side leaves. */
    private static boolean silent(String head, InputStream in, OutputStream out, Socket socket) throws IOException {
        while (in.read() >= 0) {
            // nothing is answered
        }
        return false;
    }

    private static boolean begins(String head, InputStream in, OutputStream out, Socket socket) throws IOException {
        RawBackend.answer(out, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
        return silent(head, in, out, socket);
    }

    private static boolean changes(String head, InputStream in, OutputStream out, Socket socket) throws IOException {
        RawBackend.answer(out, CHANGED);
        return silent(head, in, out, socket);
    }

    private static EngineFixture engine(Timeouts timeouts, RawBackend backend) throws Exception {
        return new EngineFixture(Limits.DEFAULTS, timeouts, backend.port());
    }

    private static void assertEnded(EngineFixture engine, Outcome outcome) throws Exception {
        assertThat(engine.nextRecord().outcome()).isEqualTo(outcome);
        assertThat(engine.bulkhead.count()).isZero();
    }

    @Test
    void aResponseThatIsWhole() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> RawBackend.ok(out, "ok"));
                EngineFixture engine = engine(Timeouts.GATEWAY_DEFAULTS, backend);
                EngineFixture.Client client = engine.client()) {
            for (int i = 0; i < 3; i++) {
                client.send(GET);
                assertThat(client.response()).startsWith("HTTP/1.1 200 ");
                assertEnded(engine, Outcome.RELAYED);
            }
        }
    }

    @Test
    void aClientThatIsGoneBeforeAndWithinTheResponse() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    arrived.countDown();
                    return head.contains("/a ") ? silent(head, in, out, socket) : begins(head, in, out, socket);
                });
                EngineFixture engine = engine(Timeouts.GATEWAY_DEFAULTS, backend)) {
            try (EngineFixture.Client client = engine.client()) {
                client.send(GET);
                assertThat(arrived.await(5, TimeUnit.SECONDS)).isTrue();
                assertThat(engine.bulkhead.count()).isOne();
            }
            assertEnded(engine, Outcome.CLIENT_GONE);
            try (EngineFixture.Client client = engine.client()) {
                client.send(GET.replace("/a", "/b"));
                assertThat(RawBackend.readHead(client.in)).startsWith("HTTP/1.1 200 ");
                assertThat(engine.bulkhead.count()).isOne();
            }
            assertEnded(engine, Outcome.CLIENT_GONE);
        }
    }

    @Test
    void anHttp2StreamThatIsReset() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    arrived.countDown();
                    return silent(head, in, out, socket);
                });
                EngineFixture engine = engine(Timeouts.GATEWAY_DEFAULTS, backend);
                H2Client client = new H2Client(engine.server.port())) {
            client.get(1, "/a");
            assertThat(arrived.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(engine.bulkhead.count()).isOne();

            client.reset(1, CANCEL);

            assertEnded(engine, Outcome.CLIENT_GONE);
        }
    }

    @Test
    void anUpstreamThatResetsBeforeAndWithinTheResponse() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    socket.setSoLinger(true, 0);
                    if (head.contains("/b ")) {
                        RawBackend.answer(out, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
                    }
                    return false;
                });
                EngineFixture engine = engine(Timeouts.GATEWAY_DEFAULTS, backend)) {
            try (EngineFixture.Client client = engine.client()) {
                client.send(GET);
                assertThat(client.response()).startsWith("HTTP/1.1 502 ");
                assertEnded(engine, Outcome.BAD_GATEWAY);
            }
            try (EngineFixture.Client client = engine.client()) {
                client.send(GET.replace("/a", "/b"));
                client.rest();
                assertThat(engine.nextRecord().outcome()).isIn(Outcome.RESPONSE_CUT, Outcome.BAD_GATEWAY);
                assertThat(engine.bulkhead.count()).isZero();
            }
        }
    }

    @Test
    void waitsThatTakeTooLong() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) ->
                        head.contains("/b ") ? begins(head, in, out, socket) : silent(head, in, out, socket));
                EngineFixture engine = engine(SHORT, backend);
                EngineFixture.Client first = engine.client();
                EngineFixture.Client second = engine.client();
                EngineFixture.Client third = engine.client()) {
            first.send(GET);
            assertThat(first.response()).startsWith("HTTP/1.1 504 ");
            assertEnded(engine, Outcome.GATEWAY_TIMEOUT);

            second.send(GET.replace("/a", "/b"));
            second.rest();
            assertEnded(engine, Outcome.RESPONSE_CUT);

            third.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf");
            assertThat(third.response()).startsWith("HTTP/1.1 408 ");
            assertEnded(engine, Outcome.REQUEST_TIMEOUT);
        }
    }

    @Test
    void aRequestBodyThatBreaksTheGrammar() throws Exception {
        try (RawBackend backend = new RawBackend(BulkheadExitsTest::silent);
                EngineFixture engine = engine(Timeouts.GATEWAY_DEFAULTS, backend);
                EngineFixture.Client client = engine.client()) {
            client.send("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n");

            assertThat(client.response()).startsWith("HTTP/1.1 400 ");
            assertEnded(engine, Outcome.BAD_REQUEST);
        }
    }

    @Test
    void anUpstreamThatCannotBeReached() throws Exception {
        int dead;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            dead = closed.getLocalPort();
        }
        try (EngineFixture engine = EngineFixture.to(dead);
                EngineFixture.Client client = engine.client()) {
            client.send(GET);

            assertThat(client.response()).contains("Failure: connect_refused\r\n");
            assertThat(engine.nextRecord().failure()).isEqualTo(Failure.CONNECT_REFUSED);
            assertThat(engine.bulkhead.count()).isZero();
        }
    }

    @Test
    void aWebSocketHoldsItsPlaceUntilItEnds() throws Exception {
        try (RawBackend backend = new RawBackend(BulkheadExitsTest::changes);
                EngineFixture engine = engine(Timeouts.GATEWAY_DEFAULTS, backend)) {
            try (EngineFixture.Client client = engine.client()) {
                assertThat(client.send(UPGRADE).response()).startsWith("HTTP/1.1 101 ");
                assertThat(engine.bulkhead.count()).isOne();
            }
            engine.nextRecord();
            assertThat(engine.bulkhead.count()).isZero();
        }
    }

    @Test
    void aWebSocketInWhichNothingMoves() throws Exception {
        try (RawBackend backend = new RawBackend(BulkheadExitsTest::changes);
                EngineFixture engine = engine(SHORT, backend);
                EngineFixture.Client client = engine.client()) {
            assertThat(client.send(UPGRADE).response()).startsWith("HTTP/1.1 101 ");

            assertEnded(engine, Outcome.RESPONSE_CUT);
        }
    }

    @Test
    void answersBeyondTheBoundAtOnceAndShowsWhatWasPassedOver() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CompletableFuture<Void> release = new CompletableFuture<>();
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    arrived.countDown();
                    release.join();
                    return RawBackend.ok(out, "ok");
                });
                EngineFixture engine = engine(Timeouts.GATEWAY_DEFAULTS, backend);
                EngineFixture.Client first = engine.client();
                EngineFixture.Client second = engine.client()) {
            engine.bulkhead.bound(1);
            first.send(GET);
            assertThat(arrived.await(5, TimeUnit.SECONDS)).isTrue();

            second.send(GET);

            assertThat(second.response())
                    .startsWith("HTTP/1.1 503 ")
                    .contains("Failure: bulkhead_full\r\n", "Isochrone-Attempts: 0\r\n");
            ExchangeRecord shed = engine.nextRecord();
            assertThat(shed.outcome()).isEqualTo(Outcome.SHED);
            assertThat(shed.failure()).isEqualTo(Failure.BULKHEAD_FULL);
            assertThat(shed.attempts()).isEqualTo("127.0.0.1:" + backend.port() + "=bulkhead_full");
            assertThat(shed.attemptCount()).isZero();
            assertThat(engine.bulkhead.count()).isOne();

            release.complete(null);
            assertThat(first.response()).startsWith("HTTP/1.1 200 ");
            second.send(GET);
            assertThat(second.response()).as("on the same connection").startsWith("HTTP/1.1 200 ");
        }
    }
}
