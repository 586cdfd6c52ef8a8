package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.exchange.Peer;
import io.isochrone.proxy.outcome.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What is beyond the bounds of a node is turned away at once, and what is within goes on. */
final class SheddingTest {
    private static final String SLOW = "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String QUICK = "GET /quick HTTP/1.1\r\nHost: h\r\n\r\n";

    private static Limits limits(int connections, int requests) {
        return Limits.DEFAULTS.with(connections, requests);
    }

    @Test
    void answersBeyondTheRequestsUnderWayAtOnceAndServesAgainAfterwards() throws Exception {
        CountDownLatch arrived = new CountDownLatch(2);
        CompletableFuture<Void> release = new CompletableFuture<>();
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    if (head.contains("/slow")) {
                        arrived.countDown();
                        release.join();
                    }
                    return RawBackend.ok(out, "ok");
                });
                EngineFixture engine = new EngineFixture(limits(100, 2), Timeouts.GATEWAY_DEFAULTS, backend.port());
                EngineFixture.Client first = engine.client();
                EngineFixture.Client second = engine.client();
                EngineFixture.Client third = engine.client()) {
            first.send(SLOW);
            second.send(SLOW);
            assertThat(arrived.await(5, TimeUnit.SECONDS)).isTrue();

            third.send(QUICK);
            String shed = third.response();
            assertThat(shed).startsWith("HTTP/1.1 503 ").contains("Retry-After: 1\r\n");
            assertThat(engine.records.take().outcome()).isEqualTo(Outcome.SHED);

            release.complete(null);
            assertThat(first.response()).startsWith("HTTP/1.1 200 ");
            assertThat(second.response()).startsWith("HTTP/1.1 200 ");
            third.send(QUICK);
            assertThat(third.response()).as("on the same connection").startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void closesConnectionsOfAClientThatHasAsManyAsItMay() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> RawBackend.ok(out, "ok"));
                EngineFixture engine = new EngineFixture(limits(2, 100), Timeouts.GATEWAY_DEFAULTS, backend.port());
                EngineFixture.Client first = engine.client()) {
            try (EngineFixture.Client second = engine.client();
                    EngineFixture.Client third = engine.client()) {
                first.send(QUICK);
                assertThat(first.response()).startsWith("HTTP/1.1 200 ");
                second.send(QUICK);
                assertThat(second.response()).startsWith("HTTP/1.1 200 ");
                assertThat(third.rest()).isIn("", "<reset>");
            }
            while (engine.server.connections() > 1) {
                LockSupport.parkNanos(1_000_000);
            }
            try (EngineFixture.Client fourth = engine.client()) {
                fourth.send(QUICK);
                assertThat(fourth.response()).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @Test
    void aProxyThatActsForManyIsNotBound() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> RawBackend.ok(out, "ok"));
                EngineFixture engine = new EngineFixture(limits(1, 100), Timeouts.GATEWAY_DEFAULTS, backend.port())) {
            engine.attachment = Peer.NODE;
            try (EngineFixture.Client first = engine.client();
                    EngineFixture.Client second = engine.client()) {
                first.send(QUICK);
                assertThat(first.response()).startsWith("HTTP/1.1 200 ");
                second.send(QUICK);
                assertThat(second.response()).startsWith("HTTP/1.1 200 ");
            }
        }
    }
}
