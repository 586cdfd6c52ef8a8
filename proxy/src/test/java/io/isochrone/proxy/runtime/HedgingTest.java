package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Hedging;
import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.balance.UpstreamProtocol;
import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.outcome.HedgeResult;
import io.isochrone.proxy.outcome.Outcome;
import io.isochrone.proxy.tls.NodeTls;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** P51: a read that waits unusually long is sent to another endpoint too, and the first answer wins. */
final class HedgingTest {
    private static final Hedging ON = new Hedging(true, 95, Duration.ofMillis(5), 20);
    private static final String SLOW = "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final int LEARNED = 60;
    private static final int CANCEL = 8;
    private static final Duration LONG = Duration.ofSeconds(60);

    /** Answers at once, but for what begins with {@code /slow}: that waits until it is let go, or the other side has left. */
    private static final class Node implements AutoCloseable {
        final CountDownLatch arrived = new CountDownLatch(1);
        final CompletableFuture<String> answer = new CompletableFuture<>();
        final CountDownLatch left = new CountDownLatch(1);
        final AtomicInteger slow = new AtomicInteger();
        final RawBackend backend;

        Node(String name) throws IOException {
            backend = new RawBackend((head, in, out, socket) -> serve(name, head, in, out));
        }

        private boolean serve(String name, String head, InputStream in, OutputStream out) throws IOException {
            if (!head.contains(" /slow")) {
                return RawBackend.ok(out, name);
            }
            slow.incrementAndGet();
            arrived.countDown();
            String text = answer.join();
            if (text.equals("hang")) {
                boolean gone = in.read() < 0;
                left.countDown();
                return !gone;
            }
            return !text.isEmpty() && RawBackend.answer(out, text);
        }

        void answer(String status, String body) {
            answer.complete("HTTP/1.1 " + status + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }

        @Override
        public void close() throws IOException {
            answer.complete("");
            backend.close();
        }
    }

    private static EngineFixture engine(Timeouts timeouts, int... ports) throws Exception {
        EngineFixture engine = new EngineFixture(Limits.DEFAULTS, timeouts, ports);
        engine.hedge(ON);
        return engine;
    }

    private static EngineFixture engine(Node... nodes) throws Exception {
        int[] ports = new int[nodes.length];
        for (int i = 0; i < ports.length; i++) {
            ports[i] = nodes[i].backend.port();
        }
        return engine(Timeouts.GATEWAY_DEFAULTS, ports);
    }

    /** Lets the engine learn that the first endpoint is fast; none of these is slow, however busy the machine. */
    private static void learn(EngineFixture engine, EngineFixture.Client client) throws Exception {
        Hedging wanted = engine.settings.hedging();
        if (wanted.enabled()) {
            engine.hedge(new Hedging(true, 95, LONG, wanted.maxPercent()));
        }
        for (int i = 0; i < LEARNED; i++) {
            assertThat(client.send("GET /fast HTTP/1.1\r\nHost: h\r\n\r\n").response())
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("near");
            engine.nextRecord();
        }
        engine.hedge(wanted);
    }

    private static void assertGivenBack(EngineFixture engine) {
        assertThat(engine.bulkhead.count()).as("places taken").isZero();
    }

    @Test
    void theSecondIsAnsweredFirstAndTheFirstIsCancelledWithoutBlame() throws Exception {
        try (Node near = new Node("near");
                Node far = new Node("far");
                EngineFixture engine = engine(near, far);
                EngineFixture.Client client = engine.client()) {
            learn(engine, client);
            near.answer.complete("hang");
            far.answer("200 OK", "far");

            assertThat(client.send(SLOW).response())
                    .startsWith("HTTP/1.1 200 ")
                    .contains("Isochrone-Attempts: 2\r\n")
                    .endsWith("far");
            assertThat(engine.nextHedge()).isEqualTo(HedgeResult.WON);
            ExchangeRecord record = engine.nextRecord();
            assertThat(record.outcome()).isEqualTo(Outcome.RELAYED);
            assertThat(record.attempts()).contains("=outrun,").endsWith("=200");
            assertThat(record.region()).isEqualTo("r1");
            assertThat(near.left.await(5, TimeUnit.SECONDS)).as("cancelled").isTrue();
            assertThat(engine.failures).isEmpty();
            assertGivenBack(engine);
        }
    }

    @Test
    void theFirstIsAnsweredFirstAndTheSecondIsCancelledWithoutBlame() throws Exception {
        try (Node near = new Node("near");
                Node far = new Node("far");
                EngineFixture engine = engine(near, far);
                EngineFixture.Client client = engine.client()) {
            learn(engine, client);
            client.send(SLOW);
            assertThat(far.arrived.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(engine.bulkhead.count()).as("a place for each").isEqualTo(2);
            near.answer("200 OK", "near");

            assertThat(client.response()).contains("Isochrone-Attempts: 2\r\n").endsWith("near");
            assertThat(engine.nextHedge()).isEqualTo(HedgeResult.LOST);
            assertThat(engine.nextRecord().attempts()).contains("=200,").endsWith("=outrun");
            far.answer.complete("hang");
            assertThat(far.left.await(5, TimeUnit.SECONDS)).as("cancelled").isTrue();
            assertThat(engine.failures).isEmpty();
            assertGivenBack(engine);
        }
    }

    /** P3: what a cancelled attempt is answered with reaches nobody. */
    @Test
    void theLateAnswerOfTheOneThatLostReachesNoOtherRequest() throws Exception {
        try (Node near = new Node("near");
                Node far = new Node("far");
                EngineFixture engine = engine(near, far);
                EngineFixture.Client client = engine.client()) {
            learn(engine, client);
            far.answer("200 OK", "far");
            assertThat(client.send(SLOW).response()).endsWith("far");

            engine.nextRecord();

            near.answer("200 OK", "late");
            learn(engine, client);
            assertThat(near.backend.connections())
                    .as("not the connection of the one that was cancelled")
                    .isEqualTo(2);
        }
    }

    @Test
    void standsInWhenTheFirstFails() throws Exception {
        try (Node near = new Node("near");
                Node far = new Node("far");
                EngineFixture engine = engine(near, far);
                EngineFixture.Client client = engine.client()) {
            learn(engine, client);
            client.send(SLOW);
            assertThat(far.arrived.await(5, TimeUnit.SECONDS)).isTrue();
            near.answer.complete(""); // ends its connection
            assertThat(engine.nextHedge()).isEqualTo(HedgeResult.STOOD_IN);
            assertThat(engine.bulkhead.count()).isOne();
            far.answer("200 OK", "far");

            assertThat(client.response()).contains("Isochrone-Attempts: 2\r\n").endsWith("far");
            assertThat(engine.nextRecord().attempts())
                    .contains("=stale_connection,")
                    .endsWith("=200");
            assertGivenBack(engine);
        }
    }

    @Test
    void theFirstGoesOnWhenTheSecondFails() throws Exception {
        try (Node near = new Node("near");
                Socket refusing = new Socket();
                EngineFixture engine = refused(near, refusing);
                EngineFixture.Client client = engine.client()) {
            learn(engine, client);
            client.send(SLOW);
            assertThat(engine.nextHedge()).isEqualTo(HedgeResult.FAILED);
            near.answer("200 OK", "near");

            assertThat(client.response()).contains("Isochrone-Attempts: 2\r\n").endsWith("near");
            assertThat(engine.nextRecord().attempts()).contains("=200,").endsWith("=connect_refused");
            assertThat(engine.failures).as("that is evidence").containsExactly("r1 connect_refused");
            assertGivenBack(engine);
        }
    }

    private static EngineFixture refused(Node near, Socket refusing) throws Exception {
        refusing.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return engine(Timeouts.GATEWAY_DEFAULTS, near.backend.port(), refusing.getLocalPort());
    }

    @Test
    void bothFail() throws Exception {
        try (Node near = new Node("near");
                Node far = new Node("far");
                EngineFixture engine = engine(near, far);
                EngineFixture.Client client = engine.client()) {
            learn(engine, client);
            client.send(SLOW);
            assertThat(far.arrived.await(5, TimeUnit.SECONDS)).isTrue();
            far.answer.complete("");
            assertThat(engine.nextHedge()).isEqualTo(HedgeResult.FAILED);
            near.answer.complete("");

            assertThat(client.response()).startsWith("HTTP/1.1 502 ").contains("Isochrone-Attempts: 2\r\n");
            assertThat(engine.nextRecord().outcome()).isEqualTo(Outcome.BAD_GATEWAY);
            assertThat(engine.failures).containsExactly("r1 reset_before_response", "r0 reset_before_response");
            assertGivenBack(engine);
        }
    }

    @Test
    void ofTwoBusyAnswersTheClientGetsOne() throws Exception {
        try (Node near = new Node("near");
                Node far = new Node("far");
                EngineFixture engine = engine(near, far);
                EngineFixture.Client client = engine.client()) {
            learn(engine, client);
            far.answer("503 Busy", "busy");
            client.send(SLOW);
            assertThat(engine.nextHedge()).isEqualTo(HedgeResult.FAILED);
            near.answer("503 Busy", "busier");

            assertThat(client.response()).startsWith("HTTP/1.1 503 ").endsWith("busier");
            assertThat(engine.nextRecord().attempts())
                    .contains("=retriable_status,")
                    .endsWith("=retriable_status");
            assertGivenBack(engine);
        }
    }

    @Test
    void aBusyAnswerToTheSecondIsGivenWhenTheFirstHasNone() throws Exception {
        try (Node near = new Node("near");
                Node far = new Node("far");
                EngineFixture engine = engine(near, far);
                EngineFixture.Client client = engine.client()) {
            learn(engine, client);
            far.answer("503 Busy", "busy");
            client.send(SLOW);
            assertThat(engine.nextHedge()).isEqualTo(HedgeResult.FAILED);
            near.answer.complete("");

            assertThat(client.response()).startsWith("HTTP/1.1 503 ").endsWith("busy");
            assertThat(engine.nextRecord().region()).isEqualTo("r1");
            assertGivenBack(engine);
        }
    }

    @Test
    void aBusyAnswerToTheFirstIsGivenWhenTheSecondHasNone() throws Exception {
        try (Node near = new Node("near");
                Node far = new Node("far");
                EngineFixture engine = engine(near, far);
                EngineFixture.Client client = engine.client()) {
            learn(engine, client);
            client.send(SLOW);
            assertThat(far.arrived.await(5, TimeUnit.SECONDS)).isTrue();
            near.answer("503 Busy", "busy");
            assertThat(engine.nextHedge()).isEqualTo(HedgeResult.STOOD_IN);
            far.answer.complete("");

            assertThat(client.response()).startsWith("HTTP/1.1 503 ").endsWith("busy");
            assertThat(engine.nextRecord().region()).isEqualTo("r0");
            assertGivenBack(engine);
        }
    }

    @Test
    void theClientLeavesWhileBothAreUnderWay() throws Exception {
        try (Node near = new Node("near");
                Node far = new Node("far");
                EngineFixture engine = engine(near, far)) {
            try (EngineFixture.Client client = engine.client()) {
                learn(engine, client);
                client.send(SLOW);
                assertThat(far.arrived.await(5, TimeUnit.SECONDS)).isTrue();
            }

            assertThat(engine.nextRecord().outcome()).isEqualTo(Outcome.CLIENT_GONE);
            assertThat(engine.nextHedge()).isEqualTo(HedgeResult.ABANDONED);
            near.answer.complete("hang");
            far.answer.complete("hang");
            assertThat(near.left.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(far.left.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(engine.failures).isEmpty();
            assertGivenBack(engine);
        }
    }

    @Test
    void timeRunsOutForBoth() throws Exception {
        Timeouts total = new Timeouts(
                Duration.ofSeconds(5),
                LONG,
                Duration.ofSeconds(1),
                LONG,
                LONG,
                LONG,
                LONG,
                LONG,
                Duration.ofMillis(300));
        try (Node near = new Node("near");
                Node far = new Node("far");
                EngineFixture engine = engine(total, near.backend.port(), far.backend.port());
                EngineFixture.Client client = engine.client()) {
            learn(engine, client);

            assertThat(client.send(SLOW).response()).startsWith("HTTP/1.1 504 ");
            assertThat(engine.nextHedge()).isEqualTo(HedgeResult.ABANDONED);
            engine.nextRecord();
            assertGivenBack(engine);
        }
    }

    /** The ledger: what may do harm twice is executed once, however slow. */
    @Test
    void postsBodiesAndUpgradesAreNeverSentASecondTime() throws Exception {
        List<EngineFixture.Client> clients = new ArrayList<>();
        try (Node near = new Node("near");
                Node far = new Node("far");
                EngineFixture engine = engine(near, far);
                EngineFixture.Client client = engine.client()) {
            engine.repeatWrites = true;
            learn(engine, client);
            for (String method : List.of("POST", "PUT", "DELETE", "GET")) {
                clients.add(engine.client()
                        .send(method + " /slow HTTP/1.1\r\nHost: h\r\nIdempotency-Key: k\r\n"
                                + "Content-Length: 2\r\n\r\nhi"));
            }
            clients.add(engine.client()
                    .send("GET /slow HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"));
            while (near.slow.get() < clients.size()) {
                Thread.onSpinWait();
            }

            client.send(SLOW); // the youngest is told last

            assertThat(far.arrived.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(far.backend.heads())
                    .singleElement(InstanceOfAssertFactories.STRING)
                    .startsWith("GET ")
                    .doesNotContain("Idempotency-Key", "Upgrade");
            assertThat(near.slow).hasValue(clients.size() + 1);
        } finally {
            for (EngineFixture.Client each : clients) {
                each.close();
            }
        }
    }

    @Test
    void beyondTheBudgetRequestsWait() throws Exception {
        List<EngineFixture.Client> clients = new ArrayList<>();
        try (Node near = new Node("near");
                Node far = new Node("far");
                EngineFixture engine = engine(near, far);
                EngineFixture.Client client = engine.client()) {
            engine.hedge(new Hedging(true, 95, Duration.ofMillis(5), 1));
            learn(engine, client);
            for (int i = 0; i < 20; i++) {
                clients.add(engine.client().send(SLOW));
            }
            int denied = 0;
            while (denied < 15) {
                denied += engine.nextHedge() == HedgeResult.DENIED ? 1 : 0;
            }
            near.answer("200 OK", "near");

            for (EngineFixture.Client each : clients) {
                assertThat(each.response()).endsWith("near");
            }
            assertThat(far.slow.get()).as("one at first and one a second").isLessThanOrEqualTo(5);
        } finally {
            for (EngineFixture.Client each : clients) {
                each.close();
            }
        }
    }

    /** A node that is out because it says nothing is left to the second attempt. */
    @Test
    void standsInWhenTheFirstIsKnownToBeMute() throws Exception {
        try (Node near = new Node("near");
                Node far = new Node("far");
                EngineFixture engine = engine(near, far);
                EngineFixture.Client client = engine.client()) {
            learn(engine, client);
            client.send(SLOW);
            assertThat(far.arrived.await(5, TimeUnit.SECONDS)).isTrue();
            engine.mute.add("r0");

            assertThat(engine.nextHedge()).isEqualTo(HedgeResult.STOOD_IN);
            far.answer("200 OK", "far");
            assertThat(client.response()).endsWith("far");
            assertThat(engine.nextRecord().attempts()).contains("=silent,").endsWith("=200");
            assertGivenBack(engine);
        }
    }

    @Test
    void isOffUnlessItIsTurnedOn() throws Exception {
        try (Node near = new Node("near");
                Node far = new Node("far");
                EngineFixture engine = engine(near, far);
                EngineFixture.Client client = engine.client();
                EngineFixture.Client other = engine.client()) {
            learn(engine, client);
            engine.hedge(Hedging.DEFAULTS);
            client.send(SLOW);
            assertThat(near.arrived.await(5, TimeUnit.SECONDS)).isTrue();
            learn(engine, other);
            near.answer("200 OK", "near");

            assertThat(client.response()).contains("Isochrone-Attempts: 1\r\n");
            assertThat(far.slow).hasValue(0);
            assertThat(engine.hedges).isEmpty();
        }
    }

    @Test
    void byHttp2TheOneThatLosesIsResetAndItsConnectionStays() throws Exception {
        CountDownLatch reset = new CountDownLatch(1);
        AtomicInteger heads = new AtomicInteger();
        try (H2Origin near = new H2Origin((connection, frame) -> {
                    if (frame.type() == H2Client.HEADERS && heads.incrementAndGet() != LEARNED + 1) {
                        connection.ok(frame.stream(), "near");
                    } else if (frame.type() == H2Client.RST_STREAM && frame.payload()[3] == CANCEL) {
                        connection.ok(frame.stream(), "late");
                        reset.countDown();
                    }
                });
                H2Origin far = new H2Origin((connection, frame) -> {
                    if (frame.type() == H2Client.HEADERS) {
                        connection.ok(frame.stream(), "far");
                    }
                });
                EngineFixture engine = new EngineFixture(
                        Limits.DEFAULTS,
                        Timeouts.ROUTER_DEFAULTS,
                        NodeTls.plain(),
                        false,
                        UpstreamProtocol.HTTP_2,
                        near.port(),
                        far.port());
                EngineFixture.Client client = engine.client()) {
            engine.hedge(ON);
            learn(engine, client);

            assertThat(client.send(SLOW).response())
                    .contains("Isochrone-Attempts: 2\r\n")
                    .endsWith("far");
            assertThat(engine.nextHedge()).isEqualTo(HedgeResult.WON);
            assertThat(reset.await(5, TimeUnit.SECONDS)).isTrue();
            engine.nextRecord();
            learn(engine, client);
            assertThat(near.connections).hasValue(1);
            assertGivenBack(engine);
        }
    }
}
