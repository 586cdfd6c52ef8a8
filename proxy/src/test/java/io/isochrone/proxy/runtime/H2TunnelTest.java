package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.proxy.codec.WebSocketKeys;
import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.outcome.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSockets over HTTP/2 (RFC 8441), over real sockets. */
class H2TunnelTest {
    private static final String[] CONNECT = {
        ":method",
        "CONNECT",
        ":protocol",
        "websocket",
        ":scheme",
        "http",
        ":path",
        "/chat",
        ":authority",
        "h",
        "sec-websocket-version",
        "13",
        "origin",
        "http://h"
    };

    private static String changed(String head) {
        String lower = head.toLowerCase(Locale.ROOT);
        int at = lower.indexOf("sec-websocket-key: ") + 19;
        String key = head.substring(at, head.indexOf('\r', at));
        return "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Accept: " + WebSocketKeys.accept(key) + "\r\n\r\n";
    }

    private static boolean echo(String head, InputStream in, OutputStream out, Socket socket) throws IOException {
        RawBackend.answer(out, changed(head));
        byte[] bytes = new byte[8192];
        for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
            out.write(bytes, 0, n);
        }
        socket.shutdownOutput();
        return false;
    }

    @Test
    void answersTheKeyAsTheStandardDoes() {
        assertThat(WebSocketKeys.accept("dGhlIHNhbXBsZSBub25jZQ==")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    @Test
    void opensAWebSocketAndCarriesItsBytes() throws Exception {
        try (RawBackend backend = new RawBackend(H2TunnelTest::echo);
                EngineFixture engine = EngineFixture.to(backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            client.headers(1, false, CONNECT).data(1, false, "early");
            H2Client.Response response = client.seen(1);
            while (response.body.size() < 5) {
                client.required();
            }
            assertThat(response.status()).isEqualTo("200");
            assertThat(response.head()).doesNotContainKeys("sec-websocket-accept", "upgrade", "connection");
            assertThat(backend.heads().get(0))
                    .startsWith("GET /chat HTTP/1.1\r\n")
                    .contains("\r\nConnection: Upgrade\r\n", "\r\nUpgrade: websocket\r\n");

            client.data(1, false, " and late").data(1, true, "");

            assertThat(client.response(1).text()).isEqualTo("early and late");
            assertThat(response.reset).isEqualTo(-1);
            ExchangeRecord record = engine.nextRecord();
            assertThat(record.outcome()).isEqualTo(Outcome.RELAYED);
            assertThat(record.status()).isEqualTo(101);
            assertThat(engine.tunnels).hasValue(0);
            assertThat(client.get(3, "/").response(3).reset).isEqualTo(-1);
        }
    }

    @Test
    void announcesThatItMayBeAskedTo() throws Exception {
        try (EngineFixture engine = EngineFixture.to();
                H2Client client = new H2Client(engine.server.port())) {
            byte[] settings = client.await(H2Client.SETTINGS).payload();
            boolean announced = false;
            for (int i = 0; i + 5 < settings.length; i += 6) {
                announced |= settings[i + 1] == 8 && settings[i + 5] == 1;
            }
            assertThat(announced).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno",
                "HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: wrong\r\n\r\n",
                "HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
            })
    void doesNotCallItSuccessWhenTheUpstreamDidNotOpenIt(String answer) throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> RawBackend.answer(out, answer));
                EngineFixture engine = EngineFixture.to(backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            client.headers(1, false, CONNECT);

            assertThat(client.response(1).status()).isEqualTo("502");
        }
    }

    @Test
    void passesARefusalOn() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) ->
                        RawBackend.answer(out, "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno"));
                EngineFixture engine = EngineFixture.to(backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            client.headers(1, false, CONNECT);

            assertThat(client.response(1).status()).isEqualTo("403");
            assertThat(client.response(1).text()).isEqualTo("no");
        }
    }

    @Test
    void passesResetsOn() throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        CountDownLatch opened = new CountDownLatch(1);
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    RawBackend.answer(out, changed(head));
                    opened.countDown();
                    try {
                        seen.complete("end after " + in.readAllBytes().length);
                    } catch (IOException e) {
                        seen.complete("reset");
                    }
                    return false;
                });
                RawBackend dying = new RawBackend((head, in, out, socket) -> {
                    RawBackend.answer(out, changed(head));
                    in.read();
                    socket.setSoLinger(true, 0);
                    return false;
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture other = EngineFixture.to(dying.port());
                H2Client client = new H2Client(engine.server.port());
                H2Client second = new H2Client(other.server.port())) {
            client.headers(1, false, CONNECT);
            client.await(H2Client.HEADERS);
            assertThat(opened.await(5, TimeUnit.SECONDS)).isTrue();
            client.reset(1, 8);
            assertThat(seen.get(5, TimeUnit.SECONDS)).isEqualTo("reset");

            second.headers(1, false, CONNECT);
            second.await(H2Client.HEADERS);
            second.data(1, false, "x");
            assertThat(second.response(1).reset).isEqualTo(8); // CANCEL
        }
    }

    @Test
    void letsOneSlowWebSocketStopNoOther() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    RawBackend.answer(out, changed(head));
                    if (head.contains("slow")) {
                        byte[] block = new byte[1 << 16];
                        for (int i = 0; i < 64; i++) {
                            out.write(block);
                        }
                        return false;
                    }
                    return echoRest(in, out, socket);
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                H2Client client = new H2Client(engine.server.port(), 1000)) {
            String[] slow = CONNECT.clone();
            slow[7] = "/slow";
            client.updatesWindows = false;
            client.headers(1, false, slow).headers(3, false, CONNECT).data(3, true, "quick");

            assertThat(client.response(3).text()).isEqualTo("quick");
            assertThat(client.seen(1).body.size()).isLessThanOrEqualTo(1000);
        }
    }

    private static boolean echoRest(InputStream in, OutputStream out, Socket socket) throws IOException {
        in.transferTo(out);
        socket.shutdownOutput();
        return false;
    }

    @Test
    void refusesOtherProtocols() throws Exception {
        String[] other = CONNECT.clone();
        other[3] = "connect-udp";
        try (EngineFixture engine = EngineFixture.to();
                H2Client client = new H2Client(engine.server.port())) {
            assertThat(client.headers(1, true, other).response(1).status()).isEqualTo("501");
        }
    }
}
