package io.isochrone.control.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isochrone.control.access.CertificateAuthority;
import io.isochrone.control.access.ServingKeys;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ControlServerTest {
    private static final Caller CALLER = new Caller("c", Caller.Role.OPERATOR, null, null);

    @TempDir
    private Path folder;

    private final BlockingQueue<CompletableFuture<Reply>> waiting = new LinkedBlockingQueue<>();
    private final BlockingQueue<Lines> streams = new LinkedBlockingQueue<>();
    private CertificateAuthority authority;
    private ServingKeys keys;
    private ControlServer server;
    private TlsClient client;
    private volatile boolean tokensGood = true;

    private Authenticator.Verdict check(String authorization, String address) {
        if ("Bearer broken".equals(authorization)) {
            throw new IllegalStateException("store away");
        }
        return "Bearer good".equals(authorization) && tokensGood
                ? Authenticator.Verdict.of(CALLER)
                : Authenticator.Verdict.refused(Reply.error(401, "AuthenticationFailed", "no"));
    }

    @BeforeEach
    void start() throws Exception {
        authority = CertificateAuthority.in(folder, Instant.now());
        keys = new ServingKeys(authority.issue(List.of("localhost", "127.0.0.1"), Instant.now()));
        Endpoint echo = call -> CompletableFuture.completedFuture(Reply.json(
                        200,
                        call.method() + " " + call.path() + " " + call.parameter("Q") + " " + call.header("X-A") + " "
                                + call.text() + " " + call.caller().name() + " " + call.base())
                .with("X-Own", "1"));
        Endpoint later = call -> {
            CompletableFuture<Reply> reply = new CompletableFuture<>();
            waiting.add(reply);
            return reply;
        };
        Endpoint fails = call -> {
            throw new IllegalStateException("secret detail");
        };
        StreamEndpoint feed = (call, lines) -> {
            streams.add(lines);
            return new Reply(
                    200, Map.of("Content-Type", "text/event-stream"), "hello\n".getBytes(StandardCharsets.UTF_8));
        };
        server = ControlServer.start(
                "127.0.0.1",
                0,
                keys.context(),
                this::check,
                List.of(
                        Mount.of("/echo", echo),
                        Mount.of("/later", later),
                        Mount.of("/fails", fails),
                        Mount.stream("/feed", feed),
                        Mount.open("/open", echo)));
        client = new TlsClient(authority.certificate());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String url(String path) {
        return "https://localhost:" + server.port() + path;
    }

    private HttpResponse<String> call(String method, String path, String body) throws Exception {
        return client.send(method, url(path), body, "Authorization", "Bearer good", "X-A", "a b");
    }

    @Test
    void aRequestBecomesACallAndAReplyAnAnswer() throws Exception {
        HttpResponse<String> answer = call("PUT", "/Echo/East%20Asia?q=1%202&q=3", "é");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("PUT /Echo/East Asia 1 2 a b é c https://localhost:" + server.port());
        assertThat(answer.headers().firstValue("X-Own")).contains("1");
        assertThat(answer.headers().firstValue("x-ms-request-id")).isPresent();
        assertThat(answer.headers().firstValue("Server")).isEmpty();
    }

    @Test
    void theClientsOwnRequestIdIsEchoedUnlessItIsOdd() throws Exception {
        HttpResponse<String> answer =
                client.send("GET", url("/open/x"), null, "x-ms-client-request-id", "abc", "X-A", "1");

        assertThat(answer.headers().firstValue("x-ms-client-request-id")).contains("abc");
        HttpResponse<String> odd = client.send("GET", url("/open/x"), null, "x-ms-client-request-id", "a".repeat(200));
        assertThat(odd.headers().firstValue("x-ms-client-request-id")).isEmpty();
    }

    @Test
    void withoutAGoodTokenOnlyWhatIsOpenIsAnswered() throws Exception {
        assertThat(client.send("GET", url("/echo"), null).statusCode()).isEqualTo(401);
        assertThat(client.send("GET", url("/nowhere"), null).statusCode()).isEqualTo(401);
        assertThat(client.send("GET", url("/open"), null).body()).contains("anonymous");
        assertThat(client.send("GET", url("/open"), null, "Authorization", "Bearer bad")
                        .statusCode())
                .isEqualTo(401);
        assertThat(client.send("GET", url("/echo"), null, "Authorization", "Bearer broken")
                        .statusCode())
                .isEqualTo(503);
        assertThat(call("GET", "/nowhere", null).statusCode()).isEqualTo(404);
    }

    @Test
    void aFailureIsAnsweredWithoutItsDetails() throws Exception {
        HttpResponse<String> answer = call("GET", "/fails", null);

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("InternalServerError").doesNotContain("secret");
        CompletableFuture<HttpResponse<String>> later = async("/later");
        next(waiting).completeExceptionally(new IllegalStateException("secret detail"));
        assertThat(later.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(500);
        assertThat(later.get().body()).doesNotContain("secret");
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(5, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    private CompletableFuture<HttpResponse<String>> async(String path) {
        return client.client()
                .sendAsync(
                        HttpRequest.newBuilder(URI.create(url(path)))
                                .header("Authorization", "Bearer good")
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void callsThatWaitHoldNoThread() throws Exception {
        int many = 200; // three times the threads of the server
        List<CompletableFuture<HttpResponse<String>>> polls = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            polls.add(async("/later"));
        }
        List<CompletableFuture<Reply>> held = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            held.add(next(waiting));
        }

        assertThat(call("GET", "/echo", null).statusCode()).isEqualTo(200);

        held.forEach(each -> each.complete(Reply.json(200, "{}")));
        for (CompletableFuture<HttpResponse<String>> each : polls) {
            assertThat(each.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aBodyOrHeaderThatIsTooLongIsRefused() throws Exception {
        String most = "x".repeat(ControlServer.MOST_BODY);
        assertThat(call("POST", "/echo", most).statusCode()).isEqualTo(200);
        assertThat(call("POST", "/echo", most + "y").statusCode()).isEqualTo(413);
        assertThat(client.send("GET", url("/open"), null, "X-Long", "x".repeat(ControlServer.MOST_HEADER))
                        .statusCode())
                .isEqualTo(431);
    }

    @Test
    void headHasNoBodyAndOddPathsAreRefused() throws Exception {
        HttpResponse<String> head = call("HEAD", "/echo", null);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(raw("GET /echo/%zz HTTP/1.1")).startsWith("HTTP/1.1 400").doesNotContain("<html");
        assertThat(raw("GET /%2e%2e/echo HTTP/1.1")).startsWith("HTTP/1.1 400");
        assertThat(raw("BREW /echo HTTP/1.1")).startsWith("HTTP/1.1 4");
    }

    private String raw(String line) throws Exception {
        try (Socket socket = TlsClient.trusting(authority.certificate())
                .getSocketFactory()
                .createSocket("127.0.0.1", server.port())) {
            socket.setSoTimeout(5000);
            socket.getOutputStream()
                    .write((line + "\r\nHost: localhost\r\nAuthorization: Bearer good\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aNewCertificateIsServedToNewConnectionsWhileOldOnesLiveOn() throws Exception {
        try (SSLSocket old = (SSLSocket) TlsClient.trusting(authority.certificate())
                .getSocketFactory()
                .createSocket("127.0.0.1", server.port())) {
            old.setSoTimeout(5000);
            old.startHandshake();
            assertThat(old.getSession().getPeerCertificates()[0])
                    .isEqualTo(keys.serving().certificate());

            keys.serve(authority.issue(List.of("localhost", "127.0.0.1"), Instant.now()));

            try (SSLSocket next = (SSLSocket) TlsClient.trusting(authority.certificate())
                    .getSocketFactory()
                    .createSocket("127.0.0.1", server.port())) {
                next.startHandshake();
                assertThat(next.getSession().getPeerCertificates()[0])
                        .isEqualTo(keys.serving().certificate());
            }
            old.getOutputStream()
                    .write("GET /open HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(old.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aFeedIsWrittenOverTimeAndEndsWhenItIsClosed() throws Exception {
        HttpResponse<Stream<String>> feed = open(HttpResponse.BodyHandlers.ofLines());
        Lines lines = next(streams);
        CountDownLatch ended = new CountDownLatch(1);
        lines.onEnd(ended::countDown);

        assertThat(lines.send("one\n")).isTrue();
        Iterator<String> read = feed.body().iterator();
        assertThat(read.next()).isEqualTo("hello");
        assertThat(read.next()).isEqualTo("one");
        lines.send("two\n");
        lines.close();

        assertThat(read.next()).isEqualTo("two");
        assertThat(read.hasNext()).isFalse();
        assertThat(ended.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(lines.send("three\n")).isFalse();
    }

    private <T> HttpResponse<T> open(HttpResponse.BodyHandler<T> handler) throws Exception {
        return client.client()
                .send(
                        HttpRequest.newBuilder(URI.create(url("/feed")))
                                .header("Authorization", "Bearer good")
                                .build(),
                        handler);
    }

    @Test
    void aReaderThatDoesNotReadIsCutOff() throws Exception {
        HttpResponse<InputStream> feed = open(HttpResponse.BodyHandlers.ofInputStream());
        Lines lines = next(streams);
        String kilobytes = "x".repeat(16 * 1024);

        int sent = 0;
        while (lines.send(kilobytes) && sent < 10_000) {
            sent++;
        }

        assertThat(sent).isBetween(Lines.MOST_PENDING / kilobytes.length() - 1, 9_999);
        feed.body().close();
    }

    @Test
    void aPortThatIsTakenIsToldWithWhatToDo() {
        assertThatThrownBy(() -> ControlServer.start("127.0.0.1", server.port(), null, this::check, List.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("expected: an address of this machine and a free port");
    }

    @Test
    void withoutTlsTheSchemeIsHttp() throws Exception {
        Endpoint base = call -> CompletableFuture.completedFuture(Reply.json(200, call.base()));
        try (ControlServer plain =
                ControlServer.start("127.0.0.1", 0, null, this::check, List.of(Mount.open("/", base)))) {
            HttpClient http = HttpClient.newHttpClient();
            String url = "http://127.0.0.1:" + plain.port();

            assertThat(http.send(
                                    HttpRequest.newBuilder(URI.create(url + "/"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body())
                    .isEqualTo(url);
        }
    }
}
