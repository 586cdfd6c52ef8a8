package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The engine over real sockets: what is relayed, sent again, cut. */
final class EngineTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

    /** Holds a port that refuses connections: bound, so that nobody else gets it, and never listened on. */
    private static Socket refusing() throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return socket;
    }

    private static boolean who(String head, InputStream in, java.io.OutputStream out, java.net.Socket socket)
            throws IOException {
        return RawBackend.ok(out, head.substring(0, head.indexOf(" HTTP")));
    }

    @Test
    void relaysAndKeepsBothConnectionsAlive() throws Exception {
        try (RawBackend backend = new RawBackend(EngineTest::who);
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            assertThat(client.send(GET).response())
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .endsWith("GET /a");
            assertThat(client.send("GET /b?c HTTP/1.1\r\nHost: h\r\n\r\n").response())
                    .endsWith("GET /b?c");
            assertThat(backend.connections()).isEqualTo(1);
            assertThat(backend.heads().get(0))
                    .contains("Via: 1.1 isochrone-node1\r\n")
                    .contains("Host: h\r\n");
            assertThat(engine.nextRecord().outcome()).isEqualTo(Outcome.RELAYED);
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() throws Exception {
        try (RawBackend backend = new RawBackend(EngineTest::who);
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                all.append("GET /").append(i).append(" HTTP/1.1\r\nHost: h\r\n\r\n");
            }
            client.send(all.toString());
            for (int i = 0; i < 50; i++) {
                assertThat(client.response()).endsWith("GET /" + i);
            }
        }
    }

    @Test
    void passesChunkedBodiesWithTrailersThrough() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    byte[] got = in.readNBytes("5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n".length());
                    return RawBackend.answer(
                            out,
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    + new String(got, java.nio.charset.StandardCharsets.ISO_8859_1));
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
                    .send("5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n");
            assertThat(client.rest()).endsWith("\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n");
        }
    }

    @Test
    void triesTheNextEndpointWhenOneRefuses() throws Exception {
        try (Socket refusing = refusing();
                RawBackend backend = new RawBackend(EngineTest::who);
                EngineFixture engine = EngineFixture.to(refusing.getLocalPort(), backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(client.response()).contains("Isochrone-Attempts: 2\r\n").endsWith("POST /p");
            ExchangeRecord record = engine.nextRecord();
            assertThat(record.attempts()).contains("=connect_refused,").endsWith("=200");
        }
    }

    @Test
    void neverSendsAnAmbiguousPostAgain() throws Exception {
        AtomicInteger second = new AtomicInteger();
        try (RawBackend first = new RawBackend((head, in, out, socket) -> {
                    socket.setSoLinger(true, 0);
                    return false;
                });
                RawBackend other = new RawBackend((head, in, out, socket) -> {
                    second.incrementAndGet();
                    return RawBackend.ok(out, "no");
                });
                EngineFixture engine = EngineFixture.to(first.port(), other.port());
                EngineFixture.Client client = engine.client()) {
            client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(client.response()).startsWith("HTTP/1.1 502 ").contains("Failure: reset_before_response");
            assertThat(engine.nextRecord().outcome()).isEqualTo(Outcome.AMBIGUOUS);
            assertThat(second).hasValue(0);
        }
    }

    @Test
    void movesAnyMethodWhenANodeProvesThatItDidNotProcess() throws Exception {
        try (RawBackend first = new RawBackend((head, in, out, socket) -> {
                    in.readNBytes(2);
                    return RawBackend.answer(
                            out, "HTTP/1.1 503 No\r\nContent-Length: 0\r\nIsochrone-Not-Processed: proof\r\n\r\n");
                });
                RawBackend other = new RawBackend((head, in, out, socket) -> RawBackend.ok(
                        out, new String(in.readNBytes(2), java.nio.charset.StandardCharsets.ISO_8859_1)));
                EngineFixture engine = EngineFixture.to(first.port(), other.port());
                EngineFixture.Client client = engine.client()) {
            client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(client.response()).startsWith("HTTP/1.1 200 ").endsWith("hi");
        }
    }

    @Test
    void givesTheLastRealAnswerWhenNoEndpointHasABetterOne() throws Exception {
        RawBackend.Script busy =
                (head, in, out, socket) -> RawBackend.answer(out, "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy");
        try (Socket refusing = refusing();
                RawBackend first = new RawBackend(busy);
                EngineFixture engine = EngineFixture.to(first.port(), refusing.getLocalPort());
                EngineFixture.Client client = engine.client()) {
            assertThat(client.send(GET).response())
                    .startsWith("HTTP/1.1 503 Busy")
                    .contains("Isochrone-Attempts: 2")
                    .endsWith("busy");
        }
    }

    @Test
    void repeatsAGetOnAFreshConnectionWhenThePooledOneWasStale() throws Exception {
        AtomicInteger served = new AtomicInteger();
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    if (served.incrementAndGet() == 2) {
                        return false;
                    }
                    return RawBackend.ok(out, "x");
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            assertThat(client.send(GET).response()).startsWith("HTTP/1.1 200");
            assertThat(client.send(GET).response()).startsWith("HTTP/1.1 200");
            assertThat(backend.connections()).isEqualTo(2);
        }
    }

    @Test
    void sendsHeadAndBodyOfASmallRequestInOnePiece() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    int arrived = in.available(); // what came with the head is in the reader's buffer
                    in.skipNBytes(head.startsWith("POST") ? 5 : 0);
                    return RawBackend.ok(out, "arrived " + arrived);
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            assertThat(client.send(GET).response()).endsWith("arrived 0");
            client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
            assertThat(client.response()).endsWith("arrived 5");
            assertThat(backend.connections()).isEqualTo(1);
        }
    }

    @Test
    void tellsOfAPostOnAStaleConnectionThatItMayHaveBeenProcessed() throws Exception {
        AtomicInteger served = new AtomicInteger();
        try (RawBackend backend = new RawBackend(
                        (head, in, out, socket) -> served.incrementAndGet() != 2 && RawBackend.ok(out, "x"));
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            assertThat(client.send(GET).response()).startsWith("HTTP/1.1 200");
            client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.response())
                    .startsWith("HTTP/1.1 502 ")
                    .contains("Failure: stale_connection")
                    .contains("it may have been processed");
            assertThat(served).hasValue(2);
        }
    }

    @Test
    void cutsAResponseThatCannotEnd() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    RawBackend.answer(out, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                    return false;
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            assertThat(client.send(GET).rest()).contains("Content-Length: 10").endsWith("half");
            ExchangeRecord record = engine.nextRecord();
            assertThat(record.outcome()).isEqualTo(Outcome.RESPONSE_CUT);
            assertThat(record.failure()).isEqualTo(Failure.RESPONSE_CUT);
        }
    }

    @Test
    void neverEndsATruncatedChunkedBody() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    RawBackend.answer(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
                    return false;
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            assertThat(client.send(GET).rest()).endsWith("4\r\nhalf\r\n");
        }
    }

    @Test
    void chunksABodyOfUnknownLength() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    RawBackend.answer(out, "HTTP/1.1 200 OK\r\n\r\nhello");
                    return false;
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertThat(client.rest()).contains("Transfer-Encoding: chunked").endsWith("5\r\nhello\r\n0\r\n\r\n");
        }
    }

    @Test
    void givesAnHttp10ClientPlainBytes() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> RawBackend.answer(
                        out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwhol\r\n1\r\ne\r\n0\r\n\r\n"));
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            assertThat(client.send("GET /a HTTP/1.0\r\n\r\n").rest())
                    .doesNotContain("chunked")
                    .endsWith("\r\n\r\nwhole");
        }
    }

    @Test
    void passesInterimResponsesOnAndDoesNotTakeThemForTheEnd() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    RawBackend.answer(out, "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
                    return RawBackend.ok(out, "real");
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send(GET);
            assertThat(client.response()).isEqualTo("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
            assertThat(client.response()).endsWith("real");
        }
    }

    @Test
    void lettingTheClientWaitForContinueSendsTheBodyOnce() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    RawBackend.answer(out, "HTTP/1.1 100 Continue\r\n\r\n");
                    return RawBackend.ok(out, new String(in.readNBytes(3), java.nio.charset.StandardCharsets.US_ASCII));
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send("PUT /u HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.response()).startsWith("HTTP/1.1 100 ");
            assertThat(client.send("abc").response()).endsWith("abc");
        }
    }

    @Test
    void doesNotReuseAConnectionWhoseAnswerHadBytesLeftOver() throws Exception {
        try (RawBackend backend = new RawBackend(
                        (head, in, out, socket) -> RawBackend.answer(out, "HTTP/1.1 204 No Content\r\n\r\npoison"));
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.send(GET).response())
                        .startsWith("HTTP/1.1 204 ")
                        .doesNotContain("poison");
            }
        }
    }

    @Test
    void refusesAMalformedRequestAndClosesWithoutReadingTheNext() throws Exception {
        try (RawBackend backend = new RawBackend(EngineTest::who);
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send(
                    "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                            + GET);
            String all = client.rest();
            assertThat(all).startsWith("HTTP/1.1 400 Bad Request").contains("{\"statusCode\":400,");
            assertThat(all.indexOf("HTTP/1.1", 1)).isEqualTo(-1);
            assertThat(backend.heads()).isEmpty();
        }
    }

    @Test
    void answersWithoutBackendAndCountsIt() throws Exception {
        try (EngineFixture engine = EngineFixture.to();
                EngineFixture.Client client = engine.client()) {
            assertThat(client.send("GET /none HTTP/1.1\r\nHost: h\r\n\r\n").response())
                    .startsWith("HTTP/1.1 404 Not Found")
                    .endsWith("{\"statusCode\":404,\"message\":\"Resource not found\"}");
            assertThat(client.send(GET).response()).startsWith("HTTP/1.1 503 ");
        }
    }

    @Test
    void answersALoopWith508() throws Exception {
        try (EngineFixture engine = EngineFixture.to(1);
                EngineFixture.Client client = engine.client()) {
            client.send("GET /a HTTP/1.1\r\nHost: h\r\nVia: 1.1 isochrone-x, 1.1 isochrone-node1\r\n\r\n");
            assertThat(client.response())
                    .startsWith("HTTP/1.1 508 Loop Detected")
                    .contains("isochrone-x");
        }
    }

    @Test
    void anEarlyAnswerReachesAClientThatIsStillUploading() throws Exception {
        try (RawBackend backend = new RawBackend(EngineTest::who);
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send("POST /none HTTP/1.1\r\nHost: h\r\nContent-Length: 500000\r\n\r\n");
            client.send("x".repeat(300_000) + GET);
            String all = client.rest();
            assertThat(all).startsWith("HTTP/1.1 404 ").contains("Connection: close");
            assertThat(all.indexOf("HTTP/1.1", 1)).isEqualTo(-1);
        }
    }

    @Test
    void drainingTellsClientsToLeaveAndWaitsForThem() throws Exception {
        try (RawBackend backend = new RawBackend(EngineTest::who);
                EngineFixture engine = EngineFixture.to(backend.port());
                EngineFixture.Client client = engine.client()) {
            assertThat(client.send(GET).response()).doesNotContain("Connection: close");
            var drained = engine.server.drain(java.time.Duration.ofMillis(50), java.time.Duration.ofSeconds(5));
            assertThat(client.send(GET).response()).contains("Connection: close");
            assertThat(client.rest()).isEmpty();
            drained.get(5, java.util.concurrent.TimeUnit.SECONDS);
        }
    }
}
