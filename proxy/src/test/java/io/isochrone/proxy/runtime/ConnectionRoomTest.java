package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.balance.UpstreamProtocol;
import io.isochrone.proxy.exchange.Peer;
import io.isochrone.proxy.outcome.ConnectionRefusal;
import io.isochrone.proxy.tls.NodeTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a connection that comes when there are as many as there may be. */
final class ConnectionRoomTest {
    private static final String QUICK = "GET /quick HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String SLOW = "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final Limits TWO = new Limits(8192, 32768, 100, 1 << 20, 2, 1024, 65536, 8);

    private final CompletableFuture<Void> release = new CompletableFuture<>();

    private RawBackend backend() throws IOException {
        return new RawBackend((head, in, out, socket) -> {
            if (head.contains("/slow")) {
                release.join();
            }
            return RawBackend.ok(out, "ok");
        });
    }

    private static EngineFixture engine(int loops, Limits limits, RawBackend backend) throws Exception {
        return new EngineFixture(
                loops,
                limits,
                Timeouts.GATEWAY_DEFAULTS,
                NodeTls.plain(),
                false,
                UpstreamProtocol.HTTP_1_1,
                backend.port());
    }

    private static void serve(EngineFixture.Client client) throws IOException {
        assertThat(client.send(QUICK).response()).startsWith("HTTP/1.1 200 ");
    }

    private static void awaitConnections(EngineFixture engine, int count) {
        while (engine.server.connections() != count) {
            assertThat(Thread.interrupted()).as("time is up").isFalse();
            Thread.onSpinWait();
        }
    }

    private static void awaitHeads(RawBackend backend, int count) {
        while (backend.heads().size() != count) {
            assertThat(Thread.interrupted()).as("time is up").isFalse();
            Thread.onSpinWait();
        }
    }

    @Test
    void theOneThatIsIdleLongestMakesRoom() throws Exception {
        try (RawBackend backend = backend();
                EngineFixture engine = engine(1, TWO, backend);
                EngineFixture.Client first = engine.client()) {
            serve(first);
            try (EngineFixture.Client second = engine.client()) {
                serve(second);
                serve(first);
                try (EngineFixture.Client third = engine.client()) {
                    serve(third);

                    assertThat(second.rest()).isIn("", "<reset>");
                    serve(first);
                    assertThat(engine.displaced).hasValue(1);
                    assertThat(engine.refusals).isEmpty();
                    awaitConnections(engine, 2);
                }
            }
        }
    }

    /** Its connections are of two loops, so one of both ways has to look at the other loop. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneOfAnotherLoopMakesRoomToo(boolean firstIsBusy) throws Exception {
        try (RawBackend backend = backend();
                EngineFixture engine = engine(2, TWO, backend);
                EngineFixture.Client first = engine.client()) {
            serve(first);
            try (EngineFixture.Client second = engine.client()) {
                serve(second);
                EngineFixture.Client busy = firstIsBusy ? first : second;
                EngineFixture.Client idle = firstIsBusy ? second : first;
                busy.send(SLOW);
                awaitHeads(backend, 3);
                try (EngineFixture.Client third = engine.client()) {
                    serve(third);

                    assertThat(idle.rest()).isIn("", "<reset>");
                    release.complete(null);
                    assertThat(busy.response()).startsWith("HTTP/1.1 200 ");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void nobodyBusyMakesRoom(int loops) throws Exception {
        try (RawBackend backend = backend();
                EngineFixture engine = engine(loops, TWO, backend);
                EngineFixture.Client first = engine.client();
                EngineFixture.Client second = engine.client()) {
            first.send(SLOW);
            second.send(SLOW);
            awaitHeads(backend, 2);

            try (EngineFixture.Client third = engine.client()) {
                assertThat(third.rest()).isIn("", "<reset>");
            }

            assertThat(engine.refusals.poll(5, TimeUnit.SECONDS)).isEqualTo(ConnectionRefusal.ALL);
            assertThat(engine.displaced).hasValue(0);
            release.complete(null);
            assertThat(first.response()).startsWith("HTTP/1.1 200 ");
            assertThat(second.response()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void nobodyWhoHasNotAskedYetMakesRoom() throws Exception {
        try (RawBackend backend = backend();
                EngineFixture engine = engine(1, TWO, backend);
                EngineFixture.Client first = engine.client();
                EngineFixture.Client second = engine.client()) {
            awaitConnections(engine, 2);

            try (EngineFixture.Client third = engine.client()) {
                assertThat(third.rest()).isIn("", "<reset>");
            }

            serve(first);
            serve(second);
        }
    }

    /** Its exchange has ended when its last bytes wait to be sent. */
    @Test
    void anAnswerThatIsStillOnItsWayIsNotCut() throws Exception {
        int length = 60_000;
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> RawBackend.ok(out, "x".repeat(length)));
                EngineFixture engine = engine(1, TWO, backend);
                Socket small = new Socket()) {
            engine.sendBuffer = 4096;
            small.setReceiveBufferSize(4096);
            small.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), engine.server.port()));
            try (EngineFixture.Client first = new EngineFixture.Client(small);
                    EngineFixture.Client second = engine.client()) {
                first.send(QUICK);
                assertThat(engine.nextRecord().responseBytes()).isEqualTo(length);
                awaitConnections(engine, 2);

                try (EngineFixture.Client third = engine.client()) {
                    assertThat(third.rest()).isIn("", "<reset>");
                }

                assertThat(second.socket.isConnected()).isTrue();
                assertThat(first.response()).hasSizeGreaterThan(length);
                assertThat(engine.displaced).hasValue(0);
            }
        }
    }

    @Test
    void noOtherNodeMakesRoom() throws Exception {
        try (RawBackend backend = backend();
                EngineFixture engine = engine(1, TWO, backend)) {
            engine.attachment = Peer.NODE;
            try (EngineFixture.Client first = engine.client();
                    EngineFixture.Client second = engine.client()) {
                serve(first);
                serve(second);

                try (EngineFixture.Client third = engine.client()) {
                    assertThat(third.rest()).isIn("", "<reset>");
                }

                serve(first);
                serve(second);
            }
        }
    }

    @Test
    void nobodyMakesRoomForAClientThatHasItsShare() throws Exception {
        try (RawBackend backend = backend();
                EngineFixture engine = engine(1, TWO.with(2, 100), backend);
                EngineFixture.Client first = engine.client();
                EngineFixture.Client second = engine.client()) {
            serve(first);
            serve(second);

            try (EngineFixture.Client third = engine.client()) {
                assertThat(third.rest()).isIn("", "<reset>");
            }

            assertThat(engine.refusals.poll(5, TimeUnit.SECONDS)).isEqualTo(ConnectionRefusal.PER_CLIENT);
            serve(first);
            serve(second);
        }
    }

    @Test
    void anHttp2ConnectionIsToldWhichStreamWasTheLast() throws Exception {
        try (RawBackend backend = backend();
                EngineFixture engine = engine(1, TWO, backend);
                H2Client two = new H2Client(engine.server.port());
                EngineFixture.Client second = engine.client()) {
            assertThat(two.get(1, "/quick").response(1).status()).isEqualTo("200");
            second.send(SLOW);
            awaitHeads(backend, 2);

            try (EngineFixture.Client third = engine.client()) {
                serve(third);
                H2Client.Frame goAway = two.end();

                assertThat(goAway.number(0)).isOne();
                assertThat(goAway.error()).isZero();
            }
            release.complete(null);
            assertThat(second.response()).startsWith("HTTP/1.1 200 ");
        }
    }
}
