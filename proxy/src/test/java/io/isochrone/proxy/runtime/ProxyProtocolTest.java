package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Cidr;
import io.isochrone.config.model.ConnectionSettings;
import io.isochrone.config.model.Limits;
import io.isochrone.config.model.ListenerTls;
import io.isochrone.config.model.ProxyProtocol;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.outcome.ProxyProtocolFault;
import io.isochrone.proxy.tls.NodeTls;
import io.isochrone.proxy.tls.Pki;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The PROXY protocol on a listener, over real sockets. */
class ProxyProtocolTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String ONE = "PROXY TCP4 203.0.113.7 10.0.0.1 56324 443\r\n";
    private static final String TWO = latin("0d0a0d0a000d0a515549540a 21 11 000c cb007107 0a000001 dc04 01bb");
    private static final String TWO_LOCAL = latin("0d0a0d0a000d0a515549540a 20 00 0000");

    private RawBackend backend;
    private EngineFixture engine;

    private static String latin(String hex) {
        return new String(HexFormat.of().parseHex(hex.replace(" ", "")), StandardCharsets.ISO_8859_1);
    }

    @BeforeEach
    void begin() throws Exception {
        backend = new RawBackend((head, in, out, socket) -> RawBackend.ok(out, "hello"));
        engine = EngineFixture.to(backend.port());
        expectFrom("127.0.0.0/8", Duration.ofSeconds(5));
    }

    private void expectFrom(String block, Duration timeout) {
        engine.settings = new EngineSettings(
                Limits.DEFAULTS, Timeouts.GATEWAY_DEFAULTS, new ProxyProtocol(List.of(Cidr.parse(block)), timeout));
    }

    @AfterEach
    void end() throws Exception {
        engine.close();
        backend.close();
    }

    private String peerAfter(String header) throws Exception {
        try (EngineFixture.Client client = engine.client()) {
            assertThat(client.send(header + GET).response()).endsWith("hello");
            return engine.nextRecord().peer();
        }
    }

    @Test
    void takesTheClientFromTheHeader() throws Exception {
        assertThat(peerAfter(ONE)).isEqualTo("203.0.113.7");
        assertThat(peerAfter(TWO)).isEqualTo("203.0.113.7");
        assertThat(peerAfter("PROXY TCP6 2001:db8::7 ::1 1 2\r\n")).isEqualTo("2001:db8::7");
        assertThat(peerAfter("PROXY UNKNOWN\r\n")).isEqualTo("127.0.0.1");
        assertThat(peerAfter(TWO_LOCAL)).isEqualTo("127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {ONE, "v2"})
    void takesAHeaderByteByByte(String written) throws Exception {
        String header = written.equals("v2") ? TWO : written;
        try (EngineFixture.Client client = engine.client()) {
            client.socket.setTcpNoDelay(true);
            for (int i = 0; i < header.length(); i++) {
                client.send(header.substring(i, i + 1));
            }
            assertThat(client.send(GET).response()).endsWith("hello");
            assertThat(engine.nextRecord().peer()).isEqualTo("203.0.113.7");
            assertThat(client.send(GET).response()).endsWith("hello");
        }
    }

    @Test
    void closesWithoutAnAnswerWhenThereIsNoGoodHeader() throws Exception {
        String longTlv = latin("0d0a0d0a000d0a515549540a 21 11 ffff cb007107 0a000001 dc04 01bb");
        for (String begin : List.of(GET, "PROXY TCP4 1.1.1.1\r\n", longTlv, "\u0016\u0003\u0001garbage")) {
            try (EngineFixture.Client client = engine.client()) {
                assertThat(client.send(begin).rest()).doesNotContain("HTTP");
                assertThat(engine.proxyFaults.poll(5, TimeUnit.SECONDS)).isEqualTo(ProxyProtocolFault.BROKEN);
            }
        }
        assertThat(backend.heads()).isEmpty();
    }

    @Test
    void takesASecondHeaderForARequest() throws Exception {
        try (EngineFixture.Client client = engine.client()) {
            assertThat(client.send(ONE + ONE + GET).rest()).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void looksAtNothingThatOthersSend() throws Exception {
        expectFrom("10.0.0.0/8", Duration.ofSeconds(5));
        try (EngineFixture.Client client = engine.client()) {
            assertThat(client.rest()).isIn("", "<reset>");
            assertThat(engine.proxyFaults.poll(5, TimeUnit.SECONDS)).isEqualTo(ProxyProtocolFault.UNTRUSTED);
        }
    }

    @Test
    void believesNoHeaderWhereNoneIsExpected() throws Exception {
        try (EngineFixture other = EngineFixture.to(backend.port());
                EngineFixture.Client client = other.client()) {
            assertThat(client.send(ONE + GET).rest()).startsWith("HTTP/1.1 400 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "PROXY TCP4 "})
    void closesAConnectionWhoseHeaderDoesNotCome(String begun) throws Exception {
        expectFrom("127.0.0.0/8", Duration.ofMillis(200));
        try (EngineFixture.Client client = engine.client()) {
            assertThat(client.send(begun).rest()).isIn("", "<reset>");
            assertThat(engine.proxyFaults.poll(5, TimeUnit.SECONDS)).isEqualTo(ProxyProtocolFault.TIMED_OUT);
        }
    }

    @Test
    void standsBeforeTls(@TempDir Path folder) throws Exception {
        Pki pki = new Pki(folder, "Test CA");
        ListenerTls listener = ListenerTls.of(List.of(pki.write("a", pki.issue("localhost"))));
        NodeTls tls = NodeTls.open(new ConnectionSettings(listener, null, null));
        try (EngineFixture secure =
                        new EngineFixture(Limits.DEFAULTS, Timeouts.GATEWAY_DEFAULTS, tls, false, backend.port());
                Socket plain = new Socket(InetAddress.getLoopbackAddress(), secure.server.port())) {
            plain.close();
            secure.settings = engine.settings;
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), secure.server.port());
            socket.getOutputStream().write(TWO.getBytes(StandardCharsets.ISO_8859_1));
            SSLSocket encrypted =
                    (SSLSocket) pki.context(null).getSocketFactory().createSocket(socket, "localhost", 0, true);
            try (EngineFixture.Client client = new EngineFixture.Client(encrypted)) {
                assertThat(client.send(GET).response()).endsWith("hello");
                assertThat(secure.nextRecord().peer()).isEqualTo("203.0.113.7");
            }
        }
    }
}
