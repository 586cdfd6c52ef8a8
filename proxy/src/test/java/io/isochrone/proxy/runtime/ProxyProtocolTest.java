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
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** P39: the PROXY protocol on a listener, over real sockets. */
class ProxyProtocolTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String ONE = "PROXY TCP4 203.0.113.7 10.0.0.1 56324 443\r\n";
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String TWO = latin(SIGNATURE + "21 11 000c cb007107 0a000001 dc04 01bb");
    private static final String NOBODY = "127.0.0.1";

    /**
     * How a connection begins, and what is to come of it when it comes from a load balancer: a client or a fault. From elsewhere it is
     * closed whatever it begins with.
     */
    private enum Begin {
        ONE_FOUR(ONE, "203.0.113.7", null),
        ONE_SIX("PROXY TCP6 2001:db8::7 ::1 1 2\r\n", "2001:db8::7", null),
        ONE_UNKNOWN("PROXY UNKNOWN\r\n", NOBODY, null),
        TWO_FOUR(TWO, "203.0.113.7", null),
        TWO_SIX(
                latin(SIGNATURE + "21 21 0024 20010db8000000000000000000000007 " + "00".repeat(16) + "0001 01bb"),
                "2001:db8::7",
                null),
        TWO_WITH_TLVS(
                latin(SIGNATURE + "21 11 0013 cb007107 0a000001 dc04 01bb 04 0001 00 03 0000"), "203.0.113.7", null),
        TWO_LOCAL(latin(SIGNATURE + "20 00 0000"), NOBODY, null),
        TWO_LOCAL_WITH_ADDRESSES(latin(SIGNATURE + "20 11 000c cb007107 0a000001 dc04 01bb"), NOBODY, null),
        TWO_UNSPECIFIED(latin(SIGNATURE + "21 00 0003 010203"), NOBODY, null),
        TWO_UNIX(latin(SIGNATURE + "21 31 00d8" + "00".repeat(216)), NOBODY, null),
        TWO_DATAGRAMS(latin(SIGNATURE + "21 12 000c cb007107 0a000001 dc04 01bb"), null, ProxyProtocolFault.NOT_TCP),
        TWO_LONG_TLV(latin(SIGNATURE + "21 11 ffff cb007107 0a000001 dc04 01bb"), null, ProxyProtocolFault.TOO_LONG),
        TWO_BROKEN_TLV(
                latin(SIGNATURE + "21 11 0010 cb007107 0a000001 dc04 01bb 04 ffff 00"),
                null,
                ProxyProtocolFault.MALFORMED),
        ONE_LONG("PROXY UNKNOWN " + "x".repeat(200) + "\r\n", null, ProxyProtocolFault.TOO_LONG),
        ONE_BAD_ADDRESS("PROXY TCP4 203.0.113.256 10.0.0.1 1 2\r\n", null, ProxyProtocolFault.MALFORMED),
        ONE_BAD_PORT("PROXY TCP4 203.0.113.7 10.0.0.1 65536 2\r\n", null, ProxyProtocolFault.MALFORMED),
        NONE("", null, ProxyProtocolFault.MISSING),
        GARBAGE("\u0016\u0003\u0001garbage", null, ProxyProtocolFault.MISSING);

        private final String bytes;
        private final @Nullable String client;
        private final @Nullable ProxyProtocolFault fault;

        Begin(String bytes, @Nullable String client, @Nullable ProxyProtocolFault fault) {
            this.bytes = bytes;
            this.client = client;
            this.fault = fault;
        }
    }

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

    /** Each beginning in one write, and in writes of one byte. */
    private static Stream<Arguments> begins() {
        return Arrays.stream(Begin.values())
                .flatMap(begin -> Stream.of(Arguments.of(begin, false), Arguments.of(begin, true)));
    }

    private static void write(EngineFixture.Client client, String bytes, boolean byByte) {
        try {
            client.socket.setTcpNoDelay(true);
            for (int i = 0; byByte && i < bytes.length(); i++) {
                client.send(bytes.substring(i, i + 1));
            }
            if (!byByte) {
                client.send(bytes);
            }
        } catch (IOException e) {
            // closed before all was written: what came of it is looked at by the test
        }
    }

    @ParameterizedTest
    @MethodSource("begins")
    void takesTheClientFromALoadBalancersHeaderOrClosesTheConnection(Begin begin, boolean byByte) throws Exception {
        try (EngineFixture.Client client = engine.client()) {
            write(client, begin.bytes, byByte);
            write(client, GET, false);
            if (begin.client == null) {
                assertThat(client.rest()).isIn("", "<reset>");
                assertThat(engine.proxyFaults.poll(5, TimeUnit.SECONDS)).isEqualTo(begin.fault);
                assertThat(backend.heads()).isEmpty();
            } else {
                assertThat(client.response()).endsWith("hello");
                assertThat(client.send(GET).response()).endsWith("hello");
                assertThat(engine.nextRecord().peer()).isEqualTo(begin.client);
                assertThat(engine.nextRecord().peer()).isEqualTo(begin.client);
            }
        }
        assertThat(engine.proxyFaults).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void looksAtNothingThatOthersSend(Begin begin) throws Exception {
        expectFrom("10.0.0.0/8", Duration.ofSeconds(5));
        try (EngineFixture.Client client = engine.client()) {
            write(client, begin.bytes + GET, false);

            assertThat(client.rest()).isIn("", "<reset>");
            assertThat(engine.proxyFaults.poll(5, TimeUnit.SECONDS)).isEqualTo(ProxyProtocolFault.UNTRUSTED);
        }
        assertThat(backend.heads()).isEmpty();
    }

    @Test
    void readsALongHeaderThatIsFollowedByMuch() throws Exception {
        String longest = latin(SIGNATURE + "21 11 1000 cb007107 0a000001 dc04 01bb 04 0ff1") + "\0".repeat(0xff1);
        String body = "x".repeat(100_000);
        try (EngineFixture.Client client = engine.client()) {
            client.send(longest + "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);

            assertThat(client.response()).endsWith("hello");
            assertThat(engine.nextRecord().peer()).isEqualTo("203.0.113.7");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY TCP4 ", "\r\n\r\n"})
    void countsAHeaderThatIsCut(String begun) throws Exception {
        try (EngineFixture.Client client = engine.client()) {
            client.send(begun);
            client.socket.shutdownOutput();

            assertThat(client.rest()).isIn("", "<reset>");
            assertThat(engine.proxyFaults.poll(5, TimeUnit.SECONDS)).isEqualTo(ProxyProtocolFault.TRUNCATED);
        }
    }

    @Test
    void aChangeOfTheLoadBalancersHoldsForNewConnections() throws Exception {
        try (EngineFixture.Client before = engine.client()) {
            assertThat(before.send(ONE + GET).response()).endsWith("hello");
            expectFrom("10.0.0.0/8", Duration.ofSeconds(5));

            assertThat(before.send(GET).response()).endsWith("hello");
        }
        try (EngineFixture.Client after = engine.client()) {
            assertThat(after.rest()).isIn("", "<reset>");
            assertThat(engine.proxyFaults.poll(5, TimeUnit.SECONDS)).isEqualTo(ProxyProtocolFault.UNTRUSTED);
        }
    }

    @Test
    void takesASecondHeaderForARequest() throws Exception {
        try (EngineFixture.Client client = engine.client()) {
            assertThat(client.send(ONE + TWO + GET).rest()).startsWith("HTTP/1.1 400 ");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ONE_FOUR", "ONE_UNKNOWN", "TWO_FOUR", "TWO_LOCAL"})
    void takesAHeaderForARequestWhereNoneIsExpected(Begin begin) throws Exception {
        try (EngineFixture other = EngineFixture.to(backend.port());
                EngineFixture.Client client = other.client()) {
            assertThat(client.send(begin.bytes + GET).rest()).startsWith("HTTP/1.1 400 ");
            assertThat(other.nextRecord().peer()).isEqualTo(NOBODY);
            assertThat(other.proxyFaults).isEmpty();
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
