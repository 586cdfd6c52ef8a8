package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.outcome.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** P28: connections that change protocol by 101, over real sockets. */
class TunnelTest {
    private static final String UPGRADE =
            "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    private static final String CHANGED = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Changes protocol and sends back what comes until the client ends its direction, then ends too. */
    private static boolean echo(String head, InputStream in, OutputStream out, Socket socket) throws IOException {
        RawBackend.answer(out, CHANGED);
        byte[] bytes = new byte[8192];
        for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
            out.write(bytes, 0, n);
        }
        socket.shutdownOutput();
        return false;
    }

    @ParameterizedTest
    @ValueSource(strings = {"Upgrade", "keep-alive, Upgrade", "upgrade,keep-alive"})
    void carriesBytesBothWaysAfterTheUpstreamChanged(String connection) throws Exception {
        try (RawBackend backend = new RawBackend(TunnelTest::echo);
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            String head = client.send(UPGRADE.replace("Connection: Upgrade", "Connection: " + connection))
                    .response();
            assertThat(head)
                    .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
                    .contains(
                            "\r\nConnection: Upgrade\r\n", "\r\nUpgrade: websocket\r\n", "\r\nSec-WebSocket-Accept: ");
            assertThat(backend.heads().get(0))
                    .contains("\r\nConnection: Upgrade\r\n", "\r\nUpgrade: websocket\r\n", "\r\nSec-WebSocket-Key: ");

            for (String text : new String[] {"one", "GET / HTTP/1.1\r\n\r\n", "\u0000\u00ff"}) {
                client.send(text);
                assertThat(latin(client.in.readNBytes(text.length()))).isEqualTo(text);
            }
            assertThat(engine.tunnels).hasValue(1);
            client.socket.shutdownOutput();

            assertThat(client.rest()).isEmpty();
            ExchangeRecord record = engine.nextRecord();
            assertThat(record.outcome()).isEqualTo(Outcome.RELAYED);
            assertThat(record.status()).isEqualTo(101);
            assertThat(record.responseBytes()).isEqualTo(23);
            assertThat(record.requestBytes()).isEqualTo(23);
            assertThat(engine.tunnels).hasValue(0);
        }
    }

    @Test
    void passesOnWhatCameBeforeTheChangeInItsOrder() throws Exception {
        CountDownLatch early = new CountDownLatch(1);
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    await(early);
                    RawBackend.answer(out, CHANGED + "greeting");
                    return echoRest(in, out, socket);
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send(UPGRADE + "early");
            early.countDown();

            assertThat(client.response()).startsWith("HTTP/1.1 101 ");
            assertThat(latin(client.in.readNBytes(13))).isEqualTo("greetingearly");
        }
    }

    private static boolean echoRest(InputStream in, OutputStream out, Socket socket) throws IOException {
        byte[] bytes = new byte[8192];
        for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
            out.write(bytes, 0, n);
        }
        socket.shutdownOutput();
        return false;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void carriesMegabytesBothWaysAtOnceToASlowReader() throws Exception {
        byte[] sent = new byte[8 << 20];
        new Random(3).nextBytes(sent);
        try (RawBackend backend = new RawBackend(TunnelTest::echo);
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send(UPGRADE).response();
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                try {
                    client.socket.getOutputStream().write(sent);
                    client.socket.shutdownOutput();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });

            byte[] got = client.in.readNBytes(1 << 20);
            got = Arrays.copyOf(got, sent.length);
            for (int at = 1 << 20; at < sent.length; ) {
                int n = client.in.read(got, at, Math.min(3000, sent.length - at));
                assertThat(n).isPositive();
                at += n;
            }

            writing.get(5, TimeUnit.SECONDS);
            assertThat(Arrays.equals(got, sent)).isTrue();
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void letsTheClientHearTheRestAfterItEndedItsDirection() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    RawBackend.answer(out, CHANGED);
                    in.readAllBytes();
                    RawBackend.answer(out, "last words");
                    return false;
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send(UPGRADE).response();
            client.socket.shutdownOutput();

            assertThat(client.rest()).isEqualTo("last words");
            assertThat(engine.nextRecord().outcome()).isEqualTo(Outcome.RELAYED);
        }
    }

    @Test
    void letsTheUpstreamHearTheRestAfterItEndedItsDirection() throws Exception {
        CompletableFuture<String> heard = new CompletableFuture<>();
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    RawBackend.answer(out, CHANGED);
                    socket.shutdownOutput();
                    heard.complete(latin(in.readAllBytes()));
                    return false;
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send(UPGRADE).response();
            assertThat(client.rest()).isEmpty();
            client.send("still here").socket.shutdownOutput();

            assertThat(heard.get(5, TimeUnit.SECONDS)).isEqualTo("still here");
            assertThat(engine.nextRecord().outcome()).isEqualTo(Outcome.RELAYED);
        }
    }

    @Test
    void passesAResetOn() throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    RawBackend.answer(out, CHANGED);
                    try {
                        seen.complete("end after " + in.readAllBytes().length);
                    } catch (IOException e) {
                        seen.complete("reset");
                    }
                    return false;
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send(UPGRADE).response();
            client.socket.setSoLinger(true, 0);
            client.close();

            assertThat(seen.get(5, TimeUnit.SECONDS)).isEqualTo("reset");
            assertThat(engine.nextRecord().outcome()).isEqualTo(Outcome.CLIENT_GONE);
            assertThat(engine.tunnels).hasValue(0);
        }
    }

    @Test
    void tellsAWebSocketWhoseUpstreamDiesToComeBack() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    RawBackend.answer(out, CHANGED + "\u0081\u0002hi");
                    in.read();
                    socket.setSoLinger(true, 0);
                    return false;
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send(UPGRADE).response();
            assertThat(latin(client.in.readNBytes(4))).isEqualTo("\u0081\u0002hi");
            client.send("x");

            assertThat(client.rest()).isEqualTo("\u0088\u0002\u0003\u00f4"); // close, 1012: service restart
            assertThat(engine.nextRecord().outcome()).isEqualTo(Outcome.RESPONSE_CUT);
        }
    }

    @Test
    void cutsAWebSocketWhoseUpstreamDiesInTheMiddleOfAFrame() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    RawBackend.answer(out, CHANGED + "\u0081\u0005hal");
                    in.read();
                    socket.setSoLinger(true, 0);
                    return false;
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send(UPGRADE).response();
            assertThat(latin(client.in.readNBytes(5))).isEqualTo("\u0081\u0005hal");
            client.send("x");

            assertThat(client.rest()).isEqualTo("<reset>");
        }
    }

    @Test
    void triesTheNextEndpointUntilOneChanges() throws Exception {
        try (RawBackend refusing = new RawBackend((head, in, out, socket) ->
                        RawBackend.answer(out, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"));
                RawBackend willing = new RawBackend(TunnelTest::echo);
                EngineFixture engine = EngineFixture.to(refusing.port(), willing.port());
                EngineFixture.Client client = engine.client()) {
            assertThat(client.send(UPGRADE).response())
                    .startsWith("HTTP/1.1 101 ")
                    .contains("Isochrone-Attempts: 2");
        }
    }

    @Test
    void goesOnWithHttpWhereTheUpstreamDoesNotChange() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> RawBackend.ok(out, "no"));
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send(UPGRADE + "GET /next HTTP/1.1\r\nHost: a\r\n\r\n");

            assertThat(client.response()).startsWith("HTTP/1.1 200 ");
            assertThat(client.response()).startsWith("HTTP/1.1 200 ");
            assertThat(backend.heads().get(1)).startsWith("GET /next ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n",
                "HTTP/1.1 101 X\r\nUpgrade: websocket\r\n\r\n",
                "HTTP/1.1 101 X\r\nConnection: Upgrade\r\n\r\n",
                "HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: other\r\n\r\n"
            })
    void refusesAChangeToWhatWasNotAskedFor(String answer) throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> RawBackend.answer(out, answer));
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            assertThat(client.send(UPGRADE).response()).startsWith("HTTP/1.1 502 ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: other\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n\r\nx",
                "GET / HTTP/1.0\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
            })
    void ignoresAWishThatMayBeIgnored(String request) throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    in.readNBytes(head.contains("Content-Length: 1") ? 1 : 0);
                    return RawBackend.ok(out, "plain");
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            assertThat(client.send(request).response()).startsWith("HTTP/1.1 200 ");
            assertThat(backend.heads().get(0).toLowerCase(java.util.Locale.ROOT))
                    .doesNotContain("upgrade");
        }
    }

    @Test
    void endsATunnelInWhichNothingMoves() throws Exception {
        Timeouts d = Timeouts.GATEWAY_DEFAULTS;
        Timeouts hasty = new Timeouts(
                d.requestHead(),
                d.downstreamIdle(),
                d.connect(),
                d.firstByte(),
                d.streamIdle(),
                Duration.ofMillis(300),
                d.upstreamIdle(),
                d.drain());
        try (RawBackend backend = new RawBackend(TunnelTest::echo);
                EngineFixture engine = new EngineFixture(Limits.DEFAULTS, hasty, backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send(UPGRADE).response();

            assertThat(client.rest()).isEqualTo("\u0088\u0002\u0003\u00f4");
            assertThat(engine.tunnels).hasValue(0);
        }
    }

    @Test
    void tellsWebSocketsThatADrainingNodeGoesAway() throws Exception {
        try (RawBackend backend = new RawBackend(TunnelTest::echo);
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send(UPGRADE).response();

            CompletableFuture<Void> drained = engine.server.drain(Duration.ZERO, Duration.ofSeconds(30));
            Timeouts d = Timeouts.GATEWAY_DEFAULTS;
            engine.settings = new EngineSettings(
                    Limits.DEFAULTS,
                    new Timeouts(
                            d.requestHead(),
                            d.downstreamIdle(),
                            d.connect(),
                            d.firstByte(),
                            d.streamIdle(),
                            d.tunnelIdle(),
                            d.upstreamIdle(),
                            Duration.ofMillis(200)));
            assertThat(latin(client.in.readNBytes(4))).isEqualTo("\u0088\u0002\u0003\u00e9"); // close, 1001
            client.socket.shutdownOutput();
            drained.get(8, TimeUnit.SECONDS);
            assertThat(engine.server.connections()).isZero();
        }
    }

    @Test
    void closesAThousandTunnelsWhenTheirUpstreamDies() throws Exception {
        try (ServerSocket upstream = new ServerSocket(0, 2000, InetAddress.getLoopbackAddress());
                EngineFixture engine = EngineFixture.to(upstream.getLocalPort())) {
            Socket[] ends = new Socket[1000];
            EngineFixture.Client[] clients = new EngineFixture.Client[1000];
            for (int i = 0; i < clients.length; i++) {
                clients[i] = engine.client().send(UPGRADE);
                ends[i] = upstream.accept();
                RawBackend.readHead(ends[i].getInputStream());
                RawBackend.answer(ends[i].getOutputStream(), CHANGED);
                clients[i].response();
            }
            assertThat(engine.tunnels).hasValue(1000);

            for (Socket end : ends) {
                end.setSoLinger(true, 0);
                end.close();
            }

            for (EngineFixture.Client client : clients) {
                assertThat(client.rest()).isEqualTo("\u0088\u0002\u0003\u00f4");
                client.close();
            }
            for (int i = 0; i < clients.length; i++) {
                engine.nextRecord();
            }
            assertThat(engine.tunnels).hasValue(0);
        }
    }
}
