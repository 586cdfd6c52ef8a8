package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.outcome.ConnectionFault;
import io.isochrone.proxy.outcome.Outcome;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTP/2 flow control through the engine, its limits, and how a connection takes leave. */
final class H2FlowTest {
    private static final int BIG = 32 << 20;
    private static final Limits LIMITS = new Limits(100, 1000, 10, 50, 100, 1024, 8192, 2);
    private static final Timeouts SHORT = new Timeouts(
            Duration.ofMillis(300),
            Duration.ofMillis(400),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofMillis(400),
            Duration.ofMillis(400),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));

    @Test
    void aStreamThatIsNotReadStopsItsOwnUpstreamAndNoOther() throws Exception {
        AtomicLong sent = new AtomicLong();
        CountDownLatch released = new CountDownLatch(1);
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    if (!head.startsWith("GET /big")) {
                        return H2EngineTest.who(head, in, out, socket);
                    }
                    RawBackend.answer(out, "HTTP/1.1 200 OK\r\nContent-Length: " + BIG + "\r\n\r\n");
                    byte[] piece = new byte[65536];
                    for (int i = 0; i < BIG / piece.length; i++) {
                        out.write(piece);
                        sent.addAndGet(piece.length);
                    }
                    released.countDown();
                    return true;
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                H2Client client = new H2Client(engine.server.port(), 1000)) {
            client.updatesWindows = false;
            client.get(1, "/big");
            client.await(H2Client.DATA);

            for (int i = 0; i < 200; i++) {
                assertThat(client.get(3 + 2 * i, "/small").response(3 + 2 * i).text())
                        .isEqualTo("GET /small");
            }

            assertThat(client.seen(1).body.size()).isEqualTo(1000);
            assertThat(sent.get()).isLessThan(BIG / 2);
            client.updatesWindows = true;
            client.window(0, BIG);
            client.window(1, BIG);
            assertThat(client.response(1).body.size()).isEqualTo(BIG);
            assertThat(released.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void anUploadThatIsNotTakenStopsItsOwnClientAndNoOther() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        int window = 65536;
        int size = 16 << 20;
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    if (head.startsWith("POST /stuck")) {
                        try {
                            assertThat(go.await(8, TimeUnit.SECONDS)).isTrue();
                        } catch (InterruptedException e) {
                            throw new java.io.IOException(e);
                        }
                    }
                    int at = head.indexOf("content-length: ") + 16;
                    in.skipNBytes(Long.parseLong(head.substring(at, head.indexOf("\r\n", at))));
                    return RawBackend.ok(out, "taken");
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            Upload stuck = new Upload(client, 1, "/stuck", size, window);
            stuck.push();
            long held = stuck.pushUntilQuiet(5);
            assertThat(held).isLessThan(size);

            Upload other = new Upload(client, 9001, "/other", 1 << 20, window);
            other.push();
            while (!other.isDone()) {
                H2Client.Frame frame = client.required();
                other.take(frame);
                stuck.take(frame);
            }
            while (!client.seen(9001).ended) {
                stuck.take(client.required());
            }
            assertThat(client.seen(9001).text()).isEqualTo("taken");

            assertThat(stuck.isDone()).isFalse();
            go.countDown();
            while (!stuck.isDone()) {
                stuck.take(client.required());
            }
            assertThat(client.response(1).text()).isEqualTo("taken");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "target,99,200",
        "target,100,200",
        "target,101,414",
        "head,800,200",
        "head,1100,431",
        "fields,9,200",
        "fields,10,200",
        "fields,11,431",
        "body,50,200",
        "body,51,413",
        "undeclared,50,200",
        "undeclared,51,413",
        "path,0,400"
    })
    void limitsAreAnsweredAsInHttp1(String what, int size, String status) throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    if (head.contains("content-length: ")) {
                        in.skipNBytes(size);
                    } else if (head.contains("Transfer-Encoding")) {
                        in.skipNBytes(size + "32\r\n\r\n0\r\n\r\n".length());
                    }
                    return RawBackend.ok(out, "ok");
                });
                EngineFixture engine = new EngineFixture(LIMITS, Timeouts.GATEWAY_DEFAULTS, backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            switch (what) {
                case "target" -> client.get(1, "/" + "x".repeat(size - 1));
                case "head" -> client.get(1, "/", "x", "y".repeat(size - 200));
                case "fields" -> {
                    String[] fields = new String[2 * (size - 1)];
                    java.util.Arrays.fill(fields, "a");
                    client.get(1, "/", fields);
                }
                case "body" ->
                    client.request(1, false, "POST", "/", "content-length", "" + size)
                            .data(1, true, "x".repeat(size));
                case "undeclared" -> client.request(1, false, "POST", "/").data(1, true, "x".repeat(size));
                default -> client.get(1, "/a/../b");
            }

            assertThat(client.response(1).status()).isEqualTo(status);
            assertThat(client.get(3, "/next").response(3).status()).isEqualTo("200");
        }
    }

    @Test
    void streamsBeyondTheLimitAreRefusedUnprocessed() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    try {
                        assertThat(go.await(5, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new java.io.IOException(e);
                    }
                    return RawBackend.ok(out, "ok");
                });
                EngineFixture engine = new EngineFixture(LIMITS, Timeouts.GATEWAY_DEFAULTS, backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            client.get(1, "/").get(3, "/").get(5, "/");

            assertThat(client.response(5).reset).isEqualTo(7);

            go.countDown();
            assertThat(client.response(1).text()).isEqualTo("ok");
            assertThat(client.response(3).text()).isEqualTo("ok");
            assertThat(client.get(7, "/").response(7).text()).isEqualTo("ok");
        }
    }

    @Test
    void anIdleConnectionTakesLeave() throws Exception {
        try (RawBackend backend = new RawBackend(H2EngineTest::who);
                EngineFixture engine = new EngineFixture(Limits.DEFAULTS, SHORT, backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            client.get(1, "/").response(1);

            H2Client.Frame goAway = client.await(H2Client.GOAWAY);
            assertThat(goAway.number(0)).isEqualTo(Integer.MAX_VALUE);
            assertThat(goAway.error()).isZero();
            client.frame(
                    H2Client.PING, H2Client.ACK, 0, client.await(H2Client.PING).payload());

            H2Client.Frame last = client.end();
            assertThat(last).isNotNull();
            assertThat(last.number(0)).isEqualTo(1);
            assertThat(engine.faults).isEmpty();
        }
    }

    @Test
    void aDrainingNodeFinishesWhatIsUnderWayAndLosesNoRequest() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    asked.countDown();
                    try {
                        assertThat(go.await(5, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new java.io.IOException(e);
                    }
                    return H2EngineTest.who(head, in, out, socket);
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            client.get(1, "/before");
            assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
            var drained = engine.server.drain(Duration.ZERO, Duration.ofSeconds(8));
            assertThat(client.await(H2Client.GOAWAY).number(0)).isEqualTo(Integer.MAX_VALUE);
            client.get(3, "/on-its-way");
            client.frame(
                    H2Client.PING, H2Client.ACK, 0, client.await(H2Client.PING).payload());
            assertThat(client.await(H2Client.GOAWAY).number(0)).isEqualTo(3);
            go.countDown();

            assertThat(client.response(1).text()).isEqualTo("GET /before");
            assertThat(client.response(3).text()).isEqualTo("GET /on-its-way");
            client.end();
            drained.get(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void anAnswerThatNobodyTakesTimesOut() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> RawBackend.ok(out, "x".repeat(5000)));
                EngineFixture engine = new EngineFixture(Limits.DEFAULTS, SHORT, backend.port());
                H2Client client = new H2Client(engine.server.port(), 1000)) {
            client.updatesWindows = false;
            client.get(1, "/");

            assertThat(client.response(1).reset).isEqualTo(8);

            for (int i = 1; i <= ConnectionFault.STALLS.bound(); i++) {
                client.get(2 * i + 1, "/");
            }
            H2Client.Frame goAway = client.end();
            assertThat(goAway).isNotNull();
            assertThat(goAway.error()).isEqualTo(11);
            assertThat(engine.faults.poll(5, TimeUnit.SECONDS)).isEqualTo(ConnectionFault.STALLS);
            assertThat(engine.nextRecord().outcome()).isEqualTo(Outcome.RELAYED);
        }
    }
}
