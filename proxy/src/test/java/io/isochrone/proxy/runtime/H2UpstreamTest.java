package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.CertificateFiles;
import io.isochrone.config.model.ConnectionSettings;
import io.isochrone.config.model.Limits;
import io.isochrone.config.model.ListenerTls;
import io.isochrone.config.model.Timeouts;
import io.isochrone.config.model.TlsVersion;
import io.isochrone.config.model.UpstreamTls;
import io.isochrone.proxy.balance.UpstreamProtocol;
import io.isochrone.proxy.tls.NodeTls;
import io.isochrone.proxy.tls.Pki;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two engines in a row that speak HTTP/2 to each other, over real sockets. */
class H2UpstreamTest {
    private static EngineFixture front(int... ports) throws Exception {
        return new EngineFixture(
                Limits.DEFAULTS, Timeouts.ROUTER_DEFAULTS, NodeTls.plain(), false, UpstreamProtocol.HTTP_2_NODE, ports);
    }

    /** Answers with the request's head and body, whatever its framing. */
    private static boolean echo(String head, InputStream in, OutputStream out, Socket socket) throws IOException {
        return RawBackend.ok(out, head + "|" + body(head, in));
    }

    private static String body(String head, InputStream in) throws IOException {
        String lower = head.toLowerCase(Locale.ROOT);
        if (lower.contains("transfer-encoding: chunked")) {
            StringBuilder body = new StringBuilder();
            for (String size = line(in); !size.equals("0"); size = line(in)) {
                body.append(new String(
                        in.readNBytes(Integer.parseInt(size, 16)), java.nio.charset.StandardCharsets.ISO_8859_1));
                line(in);
            }
            for (String trailer = line(in); !trailer.isEmpty(); trailer = line(in)) {
                body.append("~").append(trailer);
            }
            return body.toString();
        }
        int at = lower.indexOf("content-length: ");
        int length = at < 0 ? 0 : Integer.parseInt(lower.substring(at + 16, lower.indexOf('\r', at)));
        return new String(in.readNBytes(length), java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Test
    void carriesRequestsOfManyClientsOverOneConnection() throws Exception {
        try (RawBackend backend = new RawBackend(H2UpstreamTest::echo);
                EngineFixture node = EngineFixture.to(backend.port());
                EngineFixture front = front(node.server.port())) {
            List<EngineFixture.Client> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                clients.add(front.client().send("GET /" + i + " HTTP/1.1\r\nHost: h" + i + "\r\nX-A: b\r\n\r\n"));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(clients.get(i).response())
                        .startsWith("HTTP/1.1 200 OK\r\n")
                        .contains("GET /" + i + " HTTP/1.1\r\n", "host: h" + i + "\r\n", "x-a: b\r\n", "2 isochrone-");
                clients.get(i).close();
            }
            assertThat(node.server.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 11\r\n\r\nhello world",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n"
            })
    void carriesABodyWhateverItsFraming(String rest) throws Exception {
        try (RawBackend backend = new RawBackend(H2UpstreamTest::echo);
                EngineFixture node = EngineFixture.to(backend.port());
                EngineFixture front = front(node.server.port());
                EngineFixture.Client client = front.client()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.send("POST /p HTTP/1.1\r\nHost: a\r\n" + rest).response())
                        .startsWith("HTTP/1.1 200 ")
                        .endsWith("|hello world");
            }
        }
    }

    @Test
    void carriesTrailersBothWays() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    String body = body(head, in);
                    return RawBackend.answer(
                            out,
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length())
                                    + "\r\n" + body + "\r\n0\r\nX-Sum: 7\r\n\r\n");
                });
                EngineFixture node = EngineFixture.to(backend.port());
                EngineFixture front = front(node.server.port());
                EngineFixture.Client one = front.client();
                H2Client two = new H2Client(front.server.port())) {
            one.send("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "2\r\nhi\r\n0\r\nX-Check: 1\r\n\r\n");
            assertThat(one.rest()).endsWith("\r\nhi~x-check: 1\r\n0\r\nx-sum: 7\r\n\r\n");

            two.request(1, false, "POST", "/", "te", "trailers").data(1, false, "hi");
            two.headers(1, true, "x-check", "1");
            H2Client.Response response = two.response(1);
            assertThat(response.text()).isEqualTo("hi~x-check: 1");
            assertThat(response.heads.get(1)).containsEntry("x-sum", "7");
        }
    }

    @Test
    void carriesAnswersWithoutABody() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> RawBackend.answer(
                        out,
                        head.startsWith("HEAD")
                                ? "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
                                : head.startsWith("GET /204")
                                        ? "HTTP/1.1 204 No Content\r\n\r\n"
                                        : "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 5\r\n\r\n"));
                EngineFixture node = EngineFixture.to(backend.port());
                EngineFixture front = front(node.server.port());
                EngineFixture.Client client = front.client()) {
            client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(RawBackend.readHead(client.in))
                    .startsWith("HTTP/1.1 200 ")
                    .contains("content-length: 99");
            client.send("GET /204 HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(RawBackend.readHead(client.in)).startsWith("HTTP/1.1 204 ");
            client.send("GET /304 HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(RawBackend.readHead(client.in))
                    .startsWith("HTTP/1.1 304 ")
                    .contains("etag: \"a\"");
        }
    }

    @Test
    void passesInterimResponsesOn() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    RawBackend.answer(out, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
                    return RawBackend.ok(out, "done");
                });
                EngineFixture node = EngineFixture.to(backend.port());
                EngineFixture front = front(node.server.port());
                EngineFixture.Client client = front.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(RawBackend.readHead(client.in))
                    .startsWith("HTTP/1.1 103 Early Hints\r\n")
                    .contains("link: </a>");
            assertThat(client.response()).endsWith("done");
        }
    }

    @Test
    void carriesMegabytesBothWaysToSlowReaders() throws Exception {
        byte[] sent = new byte[4 << 20];
        new Random(5).nextBytes(sent);
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    byte[] body = in.readNBytes(sent.length);
                    RawBackend.answer(out, "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
                    out.write(body);
                    return true;
                });
                EngineFixture node = EngineFixture.to(backend.port());
                EngineFixture front = front(node.server.port());
                EngineFixture.Client client = front.client()) {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + sent.length + "\r\n\r\n");
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                try {
                    client.socket.getOutputStream().write(sent);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });

            assertThat(RawBackend.readHead(client.in)).startsWith("HTTP/1.1 200 ");
            assertThat(client.in.readNBytes(sent.length)).isEqualTo(sent);
            writing.get(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void letsAResponseThatIsNotReadStopItsBackendAndNoOtherStream() throws Exception {
        AtomicLong written = new AtomicLong();
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    if (head.startsWith("GET /quick")) {
                        return RawBackend.ok(out, "quick");
                    }
                    RawBackend.answer(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
                    byte[] block = new byte[1 << 16];
                    for (int i = 0; i < 15_000; i++) {
                        out.write(block);
                        written.addAndGet(block.length);
                    }
                    return false;
                });
                EngineFixture node = EngineFixture.to(backend.port());
                EngineFixture front = front(node.server.port());
                EngineFixture.Client slow = front.client();
                EngineFixture.Client quick = front.client()) {
            slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            RawBackend.readHead(slow.in);
            for (int i = 0; i < 200; i++) {
                assertThat(quick.send("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n").response())
                        .endsWith("quick");
            }
            assertThat(written.get()).isLessThan(64 << 20);
        }
    }

    @Test
    void cancelsTheBackendsRequestWhenTheClientLeaves() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CompletableFuture<String> seen = new CompletableFuture<>();
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    asked.countDown();
                    try {
                        seen.complete("end " + in.read());
                    } catch (IOException e) {
                        seen.complete("end");
                    }
                    return false;
                });
                EngineFixture node = EngineFixture.to(backend.port());
                EngineFixture front = front(node.server.port());
                EngineFixture.Client client = front.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
            client.close();

            assertThat(seen.get(5, TimeUnit.SECONDS)).startsWith("end");
        }
    }

    @Test
    void cutsAResponseThatTheBackendCut() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    RawBackend.answer(out, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                    return false;
                });
                EngineFixture node = EngineFixture.to(backend.port());
                EngineFixture front = front(node.server.port());
                EngineFixture.Client client = front.client();
                H2Client two = new H2Client(front.server.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.rest())
                    .startsWith("HTTP/1.1 200 ")
                    .contains("content-length: 10")
                    .endsWith("half");
            assertThat(two.get(1, "/").response(1).reset).isEqualTo(2); // INTERNAL_ERROR
        }
    }

    @Test
    void opensFurtherConnectionsWhenOneCarriesAsManyStreamsAsItMay() throws Exception {
        Limits d = Limits.DEFAULTS;
        Limits few = new Limits(
                d.maxTargetBytes(),
                d.maxHeadBytes(),
                d.maxHeaderFields(),
                d.maxBodyBytes(),
                d.maxConnections(),
                d.replayBytes(),
                d.bufferBytes(),
                4);
        CountDownLatch all = new CountDownLatch(32);
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    if (head.startsWith("GET /first")) {
                        return RawBackend.ok(out, "first");
                    }
                    all.countDown();
                    try {
                        assertThat(all.await(8, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    return RawBackend.ok(out, "done");
                });
                EngineFixture node = new EngineFixture(few, Timeouts.GATEWAY_DEFAULTS, backend.port());
                EngineFixture front = front(node.server.port());
                EngineFixture.Client first = front.client()) {
            first.send("GET /first HTTP/1.1\r\nHost: a\r\n\r\n").response(); // now the limit is known
            List<EngineFixture.Client> clients = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                clients.add(front.client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
            }
            assertThat(all.await(8, TimeUnit.SECONDS)).isTrue();
            try (EngineFixture.Client late = front.client()) {
                // nothing: eight connections of four streams each are what there may be
                assertThat(node.server.connections()).isEqualTo(8);
                late.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            }
            for (EngineFixture.Client client : clients) {
                assertThat(client.response()).startsWith("HTTP/1.1 200 ");
                client.close();
            }
        }
    }

    @Test
    void sendsAnUpgradeByHttp1() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    RawBackend.answer(
                            out, "HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\ngreeting");
                    in.readAllBytes();
                    return false;
                });
                EngineFixture node = EngineFixture.to(backend.port());
                EngineFixture front = front(node.server.port());
                EngineFixture.Client client = front.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");

            assertThat(client.response()).startsWith("HTTP/1.1 101 ");
            assertThat(client.in.readNBytes(8)).hasSize(8);
        }
    }

    @Test
    void losesNothingWhenTheNodeDrains() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    if (head.startsWith("GET /slow")) {
                        begun.countDown();
                        try {
                            assertThat(goOn.await(8, TimeUnit.SECONDS)).isTrue();
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                    }
                    return RawBackend.ok(out, "done");
                });
                EngineFixture node = EngineFixture.to(backend.port());
                EngineFixture other = EngineFixture.to(backend.port());
                EngineFixture front = front(node.server.port(), other.server.port());
                EngineFixture.Client slow = front.client();
                EngineFixture.Client client = front.client()) {
            slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Void> drained = node.server.drain(Duration.ZERO, Duration.ofSeconds(8));

            for (int i = 0; i < 100; i++) {
                assertThat(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
                                .response())
                        .startsWith("HTTP/1.1 200 ");
            }
            goOn.countDown();
            assertThat(slow.response()).endsWith("done");
            drained.get(8, TimeUnit.SECONDS);
        }
    }

    @Test
    void agreesOnHttp2ByTls(@TempDir Path folder) throws Exception {
        Pki pki = new Pki(folder, "Test CA");
        CertificateFiles files = pki.write("node", pki.issue("node.test"));
        NodeTls server = NodeTls.open(new ConnectionSettings(ListenerTls.of(List.of(files)), null, null));
        UpstreamTls upstream =
                new UpstreamTls(pki.authorityFile(), null, "node.test", TlsVersion.TLS_1_2, Duration.ofSeconds(2));
        NodeTls client = NodeTls.open(new ConnectionSettings(null, null, upstream));
        try (RawBackend backend = new RawBackend(H2UpstreamTest::echo);
                EngineFixture node =
                        new EngineFixture(Limits.DEFAULTS, Timeouts.GATEWAY_DEFAULTS, server, false, backend.port());
                EngineFixture front = new EngineFixture(
                        Limits.DEFAULTS,
                        Timeouts.ROUTER_DEFAULTS,
                        client,
                        true,
                        UpstreamProtocol.HTTP_2,
                        node.server.port());
                EngineFixture.Client one = front.client()) {
            assertThat(one.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").response())
                    .startsWith("HTTP/1.1 200 ")
                    .contains("2 isochrone-");
        }
    }
}
