package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests by HTTP/2 with prior knowledge, through an engine to an HTTP/1.1 backend. */
final class H2EngineTest {
    private static final int PROTOCOL_ERROR = 1;
    private static final int INTERNAL_ERROR = 2;
    private static final int CANCEL = 8;

    static boolean who(String head, InputStream in, OutputStream out, Socket socket) throws IOException {
        return RawBackend.ok(out, head.substring(0, head.indexOf(" HTTP")));
    }

    @Test
    void relaysManyRequestsOfOneConnection() throws Exception {
        try (RawBackend backend = new RawBackend(H2EngineTest::who);
                EngineFixture engine = EngineFixture.to(backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            for (int i = 0; i < 50; i++) {
                client.get(2 * i + 1, "/" + i, "x-number", "" + i);
            }
            for (int i = 0; i < 50; i++) {
                H2Client.Response response = client.response(2 * i + 1);
                assertThat(response.status()).isEqualTo("200");
                assertThat(response.text()).isEqualTo("GET /" + i);
            }
            assertThat(engine.nextRecord().outcome()).isEqualTo(Outcome.RELAYED);
            assertThat(backend.heads().get(0))
                    .contains("\r\nhost: h\r\n")
                    .contains("\r\nVia: 2 isochrone-node1\r\n")
                    .doesNotContain("ransfer-")
                    .doesNotContain("ontent-");
            assertThat(client.seen(1).head()).containsEntry("isochrone-attempts", "1");
        }
    }

    @Test
    void takesAPrefaceByteByByte() throws Exception {
        try (RawBackend backend = new RawBackend(H2EngineTest::who);
                EngineFixture engine = EngineFixture.to(backend.port());
                Socket socket = new Socket(java.net.InetAddress.getLoopbackAddress(), engine.server.port())) {
            socket.setTcpNoDelay(true);
            for (byte b : "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII)) {
                socket.getOutputStream().write(b);
            }

            byte[] settings = socket.getInputStream().readNBytes(9);

            assertThat(settings[3]).isEqualTo((byte) H2Client.SETTINGS);
        }
    }

    @Test
    void requestBodiesKeepTheirLengthOrBecomeChunked() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    String wanted = head.contains("content-length: 10")
                            ? "helloworld"
                            : "5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n";
                    byte[] got = in.readNBytes(wanted.length());
                    return RawBackend.ok(out, new String(got, StandardCharsets.ISO_8859_1));
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            client.request(1, false, "POST", "/a", "content-length", "10")
                    .data(1, false, "hello")
                    .data(1, true, "world");
            assertThat(client.response(1).text()).isEqualTo("helloworld");

            client.request(3, false, "POST", "/a").data(3, false, "hello").data(3, true, "world");
            assertThat(client.response(3).text()).isEqualTo("5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n");
            assertThat(backend.heads().get(1)).contains("Transfer-Encoding: chunked\r\n");
            assertThat(backend.connections()).isEqualTo(1);
        }
    }

    @Test
    void trailersPassBothWays() throws Exception {
        String body = "5\r\nhello\r\n0\r\nx-sum: 1\r\n\r\n";
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    String got = new String(in.readNBytes(body.length()), StandardCharsets.ISO_8859_1);
                    return RawBackend.answer(
                            out,
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Grpc-Status\r\n\r\n3\r\n"
                                    + (got.equals(body) ? "yes" : "no!") + "\r\n0\r\nGrpc-Status: 0\r\n\r\n");
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            client.request(1, false, "POST", "/a").data(1, false, "hello").headers(1, true, "x-sum", "1");

            H2Client.Response response = client.response(1);

            assertThat(response.text()).isEqualTo("yes");
            assertThat(response.head()).containsEntry("trailer", "Grpc-Status").doesNotContainKey("transfer-encoding");
            assertThat(response.heads).hasSize(2);
            assertThat(response.heads.get(1)).containsExactly(java.util.Map.entry("grpc-status", "0"));
        }
    }

    @Test
    void passesInterimResponsesAndWaitsForContinue() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    RawBackend.answer(out, "HTTP/1.1 103 Early Hints\r\nLink: </s>\r\nConnection: x\r\n\r\n");
                    RawBackend.answer(out, "HTTP/1.1 100 Continue\r\n\r\n");
                    return RawBackend.ok(out, new String(in.readNBytes(2), StandardCharsets.ISO_8859_1));
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            client.request(1, false, "POST", "/a", "content-length", "2", "expect", "100-continue");
            client.await(H2Client.HEADERS);
            client.await(H2Client.HEADERS);
            client.data(1, true, "hi");

            H2Client.Response response = client.response(1);

            assertThat(response.heads).extracting(h -> h.get(":status")).containsExactly("103", "100", "200");
            assertThat(response.head()).containsEntry("link", "</s>").doesNotContainKey("connection");
            assertThat(response.text()).isEqualTo("hi");
        }
    }

    @ParameterizedTest
    @CsvSource({"HEAD,200,5", "GET,204,", "GET,304,5"})
    void responsesWithoutABodyEndWithTheirHead(String method, int status, String length) throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> RawBackend.answer(
                        out, "HTTP/1.1 " + status + " X\r\n" + "Content-Length: 5\r\nETag: \"a\"\r\n\r\n"));
                EngineFixture engine = EngineFixture.to(backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            client.request(1, true, method, "/a");

            H2Client.Frame head = client.await(H2Client.HEADERS);

            assertThat(head.ends()).isTrue();
            assertThat(client.seen(1).status()).isEqualTo("" + status);
            assertThat(client.seen(1).head().get("content-length")).isEqualTo(length);
            client.request(3, true, method, "/b");
            assertThat(client.response(3).heads).hasSize(1);
        }
    }

    @Test
    void aBodyUntilCloseEndsCleanly() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    RawBackend.answer(out, "HTTP/1.1 200 OK\r\n\r\nhello");
                    return false;
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            H2Client.Response response = client.get(1, "/a").response(1);

            assertThat(response.text()).isEqualTo("hello");
            assertThat(response.reset).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"})
    void aResponseThatBreaksOffIsResetAndNeverEnded(String rest) throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    RawBackend.answer(out, "HTTP/1.1 200 OK\r\n" + rest);
                    return false;
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            H2Client.Response response = client.get(1, "/a").response(1);

            assertThat(response.reset).isEqualTo(INTERNAL_ERROR);
            assertThat(response.ended).isFalse();
            ExchangeRecord record = engine.nextRecord();
            assertThat(record.outcome()).isEqualTo(Outcome.RESPONSE_CUT);
            assertThat(record.failure()).isEqualTo(Failure.RESPONSE_CUT);
        }
    }

    @Test
    void aClientsResetReachesTheBackend() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    if (head.startsWith("GET /b")) {
                        return who(head, in, out, socket);
                    }
                    asked.countDown();
                    if (in.read() < 0) {
                        cancelled.countDown();
                    }
                    return false;
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            client.get(1, "/slow");
            assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();

            client.reset(1, CANCEL);

            assertThat(cancelled.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(engine.nextRecord().outcome()).isEqualTo(Outcome.CLIENT_GONE);
            assertThat(client.get(3, "/b").response(3).text()).isEqualTo("GET /b");
            assertThat(engine.server.inFlight()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "connection,close",
        "transfer-encoding,chunked",
        "te,gzip",
        "X-Upper,a",
        "host,other",
        "content-length,3",
        ":path,/late",
        ":status,200"
    })
    void aMalformedRequestIsResetAndNothingOfItGoesOn(String name, String value) throws Exception {
        try (RawBackend backend = new RawBackend(H2EngineTest::who);
                EngineFixture engine = EngineFixture.to(backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            client.get(1, "/bad", "x-first", "1", name, value);

            assertThat(client.response(1).reset).isEqualTo(PROTOCOL_ERROR);
            assertThat(client.get(3, "/good").response(3).text()).isEqualTo("GET /good");
            assertThat(backend.heads()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nsmuggled: 1", "a\nb", "a\rb", "a\0b"})
    void noValueBreaksOutOfItsLine(String value) throws Exception {
        try (RawBackend backend = new RawBackend(H2EngineTest::who);
                EngineFixture engine = EngineFixture.to(backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            client.get(1, "/bad", "x", value);
            assertThat(client.response(1).reset).isEqualTo(PROTOCOL_ERROR);

            client.get(3, "/" + value);
            assertThat(client.response(3).reset).isEqualTo(PROTOCOL_ERROR);

            assertThat(client.get(5, "/good").response(5).text()).isEqualTo("GET /good");
            assertThat(backend.heads()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"10,hello,true", "3,hello,false"})
    void dataThatDiffersFromItsDeclaredLengthIsReset(String length, String data, boolean end) throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    arrived.countDown();
                    in.readAllBytes();
                    gone.countDown();
                    return false;
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            client.request(1, false, "POST", "/a", "content-length", length);
            assertThat(arrived.await(5, TimeUnit.SECONDS)).isTrue();
            client.data(1, end, data);

            assertThat(client.response(1).reset).isEqualTo(PROTOCOL_ERROR);
            assertThat(gone.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void anAnswerBeforeTheRequestIsWholeAsksToStop() throws Exception {
        try (RawBackend backend = new RawBackend(H2EngineTest::who);
                EngineFixture engine = EngineFixture.to(backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            client.request(1, false, "POST", "/none").data(1, false, "hello");
            H2Client.Response response = client.response(1);
            assertThat(response.status()).isEqualTo("404");
            assertThat(response.text()).contains("\"statusCode\":404");

            assertThat(client.await(H2Client.RST_STREAM).error()).isZero();

            client.data(1, true, "late");
            assertThat(client.get(3, "/b").response(3).text()).isEqualTo("GET /b");
            assertThat(response.reset).isZero();
        }
    }

    @Test
    void connectIsNotOffered() throws Exception {
        try (EngineFixture engine = EngineFixture.to(1);
                H2Client client = new H2Client(engine.server.port())) {
            client.headers(1, true, ":method", "CONNECT", ":authority", "h:1");

            assertThat(client.response(1).status()).isEqualTo("501");
        }
    }

    @Test
    void aHeadOnAStreamWhoseRequestHasEndedIsRefused() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    arrived.countDown();
                    in.readAllBytes();
                    over.countDown();
                    return false;
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                H2Client client = new H2Client(engine.server.port())) {
            client.get(1, "/a");
            assertThat(arrived.await(5, TimeUnit.SECONDS)).isTrue();
            client.get(1, "/a");

            assertThat(client.response(1).reset).isEqualTo(5);
            assertThat(over.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }
}
