package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.balance.UpstreamProtocol;
import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.outcome.Outcome;
import io.isochrone.proxy.tls.NodeTls;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** P29: what a GOAWAY leaves out is sent again, once; what it does not is finished there. Nothing is executed twice. */
class H2GoAwayTest {
    private static final int POSTS = 100;
    /** What a backend may be asked at once: its queue of connections is not endless. */
    private static final int UNDER_WAY = 50;

    /** How often each request was executed. */
    private final Map<String, AtomicInteger> ledger = new ConcurrentHashMap<>();

    private static EngineFixture front(int... ports) throws Exception {
        return new EngineFixture(
                Limits.DEFAULTS, Timeouts.ROUTER_DEFAULTS, NodeTls.plain(), false, UpstreamProtocol.HTTP_2_NODE, ports);
    }

    private void execute(String request) {
        ledger.computeIfAbsent(request, name -> new AtomicInteger()).incrementAndGet();
    }

    private static List<EngineFixture.Client> post(EngineFixture front, int count) throws IOException {
        List<EngineFixture.Client> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(front.client());
            clients.get(i).send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n" + (100 + i));
        }
        return clients;
    }

    private void assertAllWereExecutedOnce(EngineFixture front, List<EngineFixture.Client> clients) throws Exception {
        for (int i = 0; i < clients.size(); i++) {
            assertThat(clients.get(i).response()).startsWith("HTTP/1.1 200 ").contains("did " + (100 + i));
            clients.get(i).close();
        }
        assertThat(ledger).hasSize(clients.size());
        assertThat(ledger.values()).allMatch(count -> count.get() == 1);
        for (int i = 0; i < clients.size(); i++) {
            ExchangeRecord record = front.nextRecord();
            assertThat(record.outcome()).isEqualTo(Outcome.RELAYED);
            assertThat(record.attemptCount()).isEqualTo(1); // the node is the same, its connection is another
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 40, 99, 100})
    void streamsThatItLeavesOutAreSentAgainAndTheOthersFinish(int kept) throws Exception {
        int lastKept = kept == 0 ? 0 : 2 * kept + 1; // the first stream is 3
        Map<String, String> bodies = new ConcurrentHashMap<>();
        try (H2Origin leaving = new H2Origin((connection, frame) -> {
                    if (frame.type() != H2Client.DATA) {
                        return;
                    }
                    String body = new String(frame.payload(), java.nio.charset.StandardCharsets.US_ASCII);
                    if (connection.number > 1) {
                        execute(body);
                        connection.ok(frame.stream(), "did " + body);
                        return;
                    }
                    bodies.put("" + frame.stream(), body);
                    if (bodies.size() < POSTS) {
                        return;
                    }
                    connection.goAway(lastKept, 0);
                    for (int stream = 3; stream <= lastKept; stream += 2) {
                        execute(bodies.get("" + stream));
                        connection.ok(stream, "did " + bodies.get("" + stream));
                    }
                });
                EngineFixture front = front(leaving.port())) {
            assertAllWereExecutedOnce(front, post(front, POSTS));
            assertThat(leaving.connections).hasValue(kept == POSTS ? 1 : 2);
        }
    }

    /** The node says GOAWAY that lets everything in, PING, and GOAWAY with the last stream, while requests go on coming. */
    @Test
    void aNodeThatDrainsWithRequestsUnderWayFinishesThemAndTakesNoOther() throws Exception {
        CountDownLatch begun = new CountDownLatch(UNDER_WAY);
        CountDownLatch goOn = new CountDownLatch(1);
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    String body = new String(in.readNBytes(3), java.nio.charset.StandardCharsets.US_ASCII);
                    if (body.equals("new")) {
                        return RawBackend.ok(out, "here");
                    }
                    execute(body);
                    begun.countDown();
                    try {
                        assertThat(goOn.await(8, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    return RawBackend.ok(out, "did " + body);
                });
                RawBackend other = new RawBackend((head, in, out, socket) -> {
                    in.readNBytes(3);
                    return RawBackend.ok(out, "elsewhere");
                });
                EngineFixture node = EngineFixture.to(backend.port());
                EngineFixture next = EngineFixture.to(other.port());
                EngineFixture front = front(node.server.port(), next.server.port());
                EngineFixture.Client late = front.client()) {
            List<EngineFixture.Client> clients = post(front, UNDER_WAY);
            assertThat(begun.await(8, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Void> drained = node.server.drain(Duration.ZERO, Duration.ofSeconds(8));
            boolean moved = false;
            for (int i = 0; i < 100 || !moved; i++) {
                String answer = late.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nnew")
                        .response();
                assertThat(answer).startsWith("HTTP/1.1 200 ");
                assertThat(front.nextRecord().outcome()).isEqualTo(Outcome.RELAYED);
                moved = answer.endsWith("elsewhere");
            }

            goOn.countDown();

            assertAllWereExecutedOnce(front, clients);
            drained.get(8, TimeUnit.SECONDS);
        }
    }
}
