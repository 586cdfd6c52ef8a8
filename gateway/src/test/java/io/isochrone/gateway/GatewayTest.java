package io.isochrone.gateway;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.isochrone.config.model.Api;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Limits;
import io.isochrone.proxy.mark.NotProcessedMark;
import io.isochrone.proxy.rehearsal.Rehearsal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayTest {
    private final WireMockServer backend =
            new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Gateway gateway;

    private final List<Socket> dead = new ArrayList<>();

    @BeforeEach
    void startBackend() {
        backend.start();
        backend.stubFor(any(anyUrl()).willReturn(aResponse().withBody("hello")));
    }

    @AfterEach
    void stop() throws IOException {
        if (gateway != null) {
            gateway.kill();
        }
        for (Socket socket : dead) {
            socket.close();
        }
        backend.stop();
    }

    private void start(Deployment deployment) throws Exception {
        HostPort free = new HostPort("127.0.0.1", 0);
        gateway = Gateway.start(deployment, new GatewayOptions("eastus", free, free, "test-1", channel -> {}));
    }

    private String live() {
        return Integer.toString(backend.port());
    }

    /** A port that refuses connections: held until the test ends, so that nobody else gets it, and never listened on. */
    private String dead() throws IOException {
        Socket socket = new Socket();
        dead.add(socket);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return Integer.toString(socket.getLocalPort());
    }

    private HttpResponse<String> send(String method, String target, String... headers) throws Exception {
        return client.send(request(gateway.port(), method, target, headers), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(int port, String method, String target, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
                .method(
                        method,
                        method.equals("POST")
                                ? HttpRequest.BodyPublishers.ofString("body")
                                : HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request.build();
    }

    private String admin(String path) throws Exception {
        return client.send(request(gateway.adminPort(), "GET", path), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private LoggedRequest received() {
        return backend.findAll(anyRequestedFor(anyUrl())).get(0);
    }

    private static String header(HttpResponse<String> response, String name) {
        return String.join("|", response.headers().allValues(name));
    }

    @Test
    void cutsTheApiPrefixPutsTheBasePathBeforeAndKeepsTheQuery() throws Exception {
        start(Deployments.of(Deployments.api("echo", live() + "/base")));

        HttpResponse<String> response = send("GET", "/echo/items/1?b=2&a=%20");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("hello");
        assertThat(header(response, "Isochrone-Region")).isEqualTo("eastus");
        assertThat(header(response, "Isochrone-Answered-By")).isEmpty();
        assertThat(received().getUrl()).isEqualTo("/base/items/1?b=2&a=%20");
        assertThat(received().getHeader("Host")).isEqualTo("127.0.0.1:" + live());
    }

    @Test
    void provesThatItDidNotProcessWhatItShedsAndStillAnswersWhoAsksForItsState() throws Exception {
        backend.stubFor(any(anyUrl()).willReturn(aResponse().withBody("late").withFixedDelay(60_000)));
        start(Deployments.of(Limits.DEFAULTS.with(100, 1), Deployments.api("echo", live())));
        CompletableFuture<HttpResponse<String>> first =
                client.sendAsync(request(gateway.port(), "GET", "/echo/slow"), HttpResponse.BodyHandlers.ofString());
        while (backend.findAll(anyRequestedFor(anyUrl())).isEmpty()) {
            LockSupport.parkNanos(1_000_000);
        }

        HttpResponse<String> shed = send("POST", "/echo/order");

        assertThat(shed.statusCode()).isEqualTo(503);
        assertThat(header(shed, "Retry-After")).isEqualTo("1");
        assertThat(header(shed, "Isochrone-Not-Processed")).startsWith("overloaded;");
        assertThat(NotProcessedMark.of(Deployments.SECRET).isProof(header(shed, "Isochrone-Not-Processed")))
                .isTrue();
        assertThat(send("GET", "/status-0123456789abcdef").statusCode()).isEqualTo(200);
        assertThat(first).isNotDone();
    }

    /** P24. */
    @Test
    void oneApisSlowBackendTakesNoMoreThanItsPlacesAndTheRestServes() throws Exception {
        backend.stubFor(any(urlPathEqualTo("/slow"))
                .willReturn(aResponse().withBody("late").withFixedDelay(60_000)));
        Api two = Deployments.api("slow", live());
        start(Deployments.of(
                new Api("slow", "/slow", two.backends(), two.regionalBackends(), false, 2),
                Deployments.api("well", live())));
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int i = 1; i <= 2; i++) {
            waiting.add(client.sendAsync(
                    request(gateway.port(), "GET", "/slow/slow"), HttpResponse.BodyHandlers.ofString()));
            while (backend.findAll(anyRequestedFor(anyUrl())).size() < i) {
                LockSupport.parkNanos(1_000_000);
            }
        }

        for (String method : new String[] {"GET", "POST"}) {
            HttpResponse<String> shed = send(method, "/slow/slow");

            assertThat(shed.statusCode()).isEqualTo(503);
            assertThat(shed.body()).contains("API 'slow' has as many requests under way as it may");
            assertThat(header(shed, "Retry-After")).isEqualTo("1");
            assertThat(header(shed, NotProcessedMark.FIELD)).startsWith("bulkhead_full;");
            assertThat(NotProcessedMark.of(Deployments.SECRET).isProof(header(shed, NotProcessedMark.FIELD)))
                    .isTrue();
            assertThat(send(method, "/well").statusCode()).isEqualTo(200);
        }

        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        assertThat(admin("/metrics"))
                .contains("isochrone_api_requests_in_flight{api=\"slow\"} 2.0")
                .contains("isochrone_api_requests_in_flight{api=\"well\"} 0.0")
                .containsPattern("isochrone_attempts_total\\{[^}]*result=\"bulkhead_full\"} 2.0")
                .containsPattern("isochrone_requests_total\\{api=\"slow\",outcome=\"shed\"[^}]*} 2.0");
    }

    @Test
    void whatIsUnderWayCountsOnAfterAReloadThatChangesTheBound() throws Exception {
        backend.stubFor(any(urlPathEqualTo("/slow"))
                .willReturn(aResponse().withBody("late").withFixedDelay(60_000)));
        Api api = Deployments.api("a", live());
        start(Deployments.of(new Api("a", "/a", api.backends(), api.regionalBackends(), false, 2)));
        CompletableFuture<HttpResponse<String>> waiting =
                client.sendAsync(request(gateway.port(), "GET", "/a/slow"), HttpResponse.BodyHandlers.ofString());
        while (backend.findAll(anyRequestedFor(anyUrl())).isEmpty()) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(send("GET", "/a/quick").statusCode()).isEqualTo(200);

        gateway.reload(Deployments.of(new Api("a", "/a", api.backends(), api.regionalBackends(), false, 1)));

        assertThat(send("GET", "/a/quick").statusCode()).isEqualTo(503);
        assertThat(waiting).isNotDone();
    }

    @Test
    void sendsASlashWhenNothingIsLeftOfThePath() throws Exception {
        start(Deployments.of(Deployments.api("echo", live())));

        send("GET", "/echo?x=1");

        assertThat(received().getUrl()).isEqualTo("/?x=1");
    }

    @Test
    void answersNotFoundForNoApiAndSaysWhoAnswers() throws Exception {
        start(Deployments.of(Deployments.api("echo", live())));

        HttpResponse<String> response = send("GET", "/echoes");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).isEqualTo("{\"statusCode\":404,\"message\":\"Resource not found\"}");
        assertThat(header(response, "Isochrone-Answered-By")).isEqualTo("gateway");
        assertThat(header(response, "Isochrone-Region")).isEqualTo("eastus");
        assertThat(backend.getAllServeEvents()).isEmpty();
    }

    @Test
    void believesAndExtendsForwardedForFromATrustedProxyAndPassesNothingOfItsOwnProtocol() throws Exception {
        start(Deployments.of(Deployments.api("echo", live())));

        send("GET", "/echo", "X-Forwarded-For", "192.0.2.7", "Isochrone-Attempts", "9", "Isochrone_Region", "x");

        assertThat(received().getHeader("X-Forwarded-For")).isEqualTo("192.0.2.7, 127.0.0.1");
        assertThat(received().containsHeader("Isochrone-Attempts")).isFalse();
        assertThat(received().containsHeader("Isochrone_Region")).isFalse();
    }

    @Test
    void aRefusingBackendIsPassedOverEvenForPostAndThenLeftAlone() throws Exception {
        start(Deployments.of(Deployments.api("echo", dead(), live())));

        for (int i = 0; i < 6; i++) {
            assertThat(send("POST", "/echo").statusCode()).isEqualTo(200);
        }

        assertThat(admin("/metrics"))
                .containsPattern("isochrone_attempts_total\\{[^}]*result=\"connect_refused\"} 1.0")
                .contains("isochrone_backends_usable{api=\"echo\"} 1.0")
                .contains("isochrone_backends{api=\"echo\"} 2.0");
    }

    @Test
    void provesThatNothingWasProcessedWhenNoBackendCanBeReached() throws Exception {
        start(Deployments.of(Deployments.api("echo", dead(), dead())));

        for (int i = 0; i < 2; i++) {
            HttpResponse<String> response = send("POST", "/echo");

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body())
                    .isEqualTo("{\"statusCode\":503,\"message\":"
                            + "\"No backend of API 'echo' can be reached in this region\"}");
            String mark = header(response, NotProcessedMark.FIELD);
            assertThat(mark).startsWith("no_healthy_backend;").doesNotContain(Deployments.SECRET);
            assertThat(NotProcessedMark.of(Deployments.SECRET).isProof(mark)).isTrue();
            assertThat(header(response, "Isochrone-Answered-By")).isEqualTo("gateway");
            assertThat(header(response, "Isochrone-Region")).isEqualTo("eastus");
        }
    }

    @Test
    void marksNothingWithoutAHopSecret() throws Exception {
        start(Deployments.of("off", false, null, Duration.ofSeconds(8), Deployments.api("echo", dead())));

        HttpResponse<String> response = send("GET", "/echo");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue(NotProcessedMark.FIELD)).isEmpty();
    }

    @Test
    void anAnswerThatIsLostIsABadGatewayWithoutAMarkAndPostIsSentOnce() throws Exception {
        start(Deployments.of(Deployments.api("echo", live())));
        backend.stubFor(any(anyUrl()).willReturn(aResponse().withFault(Fault.EMPTY_RESPONSE)));

        HttpResponse<String> response = send("POST", "/echo");

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.headers().firstValue(NotProcessedMark.FIELD)).isEmpty();
        assertThat(header(response, "Isochrone-Answered-By")).isEqualTo("gateway");
        assertThat(backend.findAll(anyRequestedFor(anyUrl()))).hasSize(1);
    }

    @Test
    void aBackendThatDoesNotAnswerInTimeIsAGatewayTimeoutAndIsNotEjected() throws Exception {
        start(Deployments.of("off", false, null, Duration.ofMillis(200), Deployments.api("echo", live())));
        backend.stubFor(any(anyUrl()).willReturn(aResponse().withFixedDelay(2000)));

        HttpResponse<String> response = send("POST", "/echo");

        assertThat(response.statusCode()).isEqualTo(504);
        assertThat(response.headers().firstValue(NotProcessedMark.FIELD)).isEmpty();
        assertThat(admin("/metrics")).contains("isochrone_backends_usable{api=\"echo\"} 1.0");
    }

    @Test
    void stripsWhatABackendSaysInTheNameOfOurNodes() throws Exception {
        start(Deployments.of(Deployments.api("echo", live())));
        String stolen = NotProcessedMark.of(Deployments.SECRET).value("no_healthy_backend");
        backend.stubFor(any(anyUrl())
                .willReturn(aResponse()
                        .withStatus(503)
                        .withHeader("Isochrone-Not-Processed", stolen)
                        .withHeader("Isochrone-Region", "elsewhere")
                        .withBody("from the application")));

        HttpResponse<String> response = send("POST", "/echo");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).isEqualTo("from the application");
        assertThat(response.headers().firstValue(NotProcessedMark.FIELD)).isEmpty();
        assertThat(header(response, "Isochrone-Region")).isEqualTo("eastus");
        assertThat(header(response, "Isochrone-Answered-By")).isEmpty();
        assertThat(backend.findAll(anyRequestedFor(anyUrl()))).hasSize(1);
    }

    @Test
    void oneApisDeadBackendLeavesTheOtherApisAndTheNodeWell() throws Exception {
        start(Deployments.of(Deployments.api("sick", dead()), Deployments.api("well", live())));

        assertThat(send("GET", "/sick").statusCode()).isEqualTo(503);

        assertThat(send("GET", "/well").statusCode()).isEqualTo(200);
        assertThat(send("GET", "/status-0123456789abcdef").statusCode()).isEqualTo(200);
        assertThat(admin("/health"))
                .isEqualTo("{\"statusCode\":200,\"message\":\"ok\",\"region\":\"eastus\",\"apis\":{"
                        + "\"sick\":{\"backends\":1,\"usable\":0},\"well\":{\"backends\":1,\"usable\":1}}}\n");
    }

    @Test
    void anApplicationsOwnErrorsNeverEject() throws Exception {
        start(Deployments.of(Deployments.api("echo", live())));
        backend.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(500).withBody("oops")));

        for (int i = 0; i < 20; i++) {
            assertThat(send("GET", "/echo").body()).isEqualTo("oops");
        }

        assertThat(admin("/metrics")).contains("isochrone_backends_usable{api=\"echo\"} 1.0");
    }

    @Test
    void rehearsesThroughFailuresOfItsBackends() throws Exception {
        Rehearsal.Result result = GatewayRehearsal.run(Duration.ofSeconds(5));

        assertThat(result.requests()).isGreaterThan(100);
        // Every POST that is cut is told as lost, and no other request.
        assertThat(result.good()).isBetween(result.requests() * 9 / 10, result.requests());
    }

    @Test
    void servesWhileItRehearsesAndThenSaysSo() throws Exception {
        HostPort free = new HostPort("127.0.0.1", 0);
        gateway = Gateway.start(
                Deployments.of(Deployments.api("echo", live())),
                new GatewayOptions("eastus", free, free, "test-1", channel -> {}),
                Duration.ofSeconds(2));

        HttpResponse<String> status = send("GET", "/status-0123456789abcdef");
        while (status.statusCode() != 200) {
            assertThat(status.body()).contains("warming up");
            assertThat(send("GET", "/echo/1").statusCode()).isEqualTo(200);
            status = send("GET", "/status-0123456789abcdef");
        }
    }

    @Test
    void aDisabledGatewayProvesThatItProcessesNothing() throws Exception {
        start(Deployments.of("off", true, Deployments.SECRET, Duration.ofSeconds(8), Deployments.api("echo", live())));

        HttpResponse<String> response = send("POST", "/echo");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(header(response, NotProcessedMark.FIELD)).startsWith("gateway_disabled;");
        assertThat(send("GET", "/status-0123456789abcdef").statusCode()).isEqualTo(503);
    }

    @Test
    void takesAReloadOnTheSameConnectionAndKeepsEjections() throws Exception {
        String dead = dead();
        start(Deployments.of(Deployments.api("echo", dead, live())));
        assertThat(send("GET", "/echo").statusCode()).isEqualTo(200);

        gateway.reload(Deployments.of(Deployments.api("echo", dead, live()), Deployments.api("new", live())));

        assertThat(send("GET", "/new").statusCode()).isEqualTo(200);
        assertThat(send("GET", "/echo").statusCode()).isEqualTo(200);
        assertThat(admin("/metrics"))
                .contains("isochrone_connections 1.0")
                .contains("isochrone_backends_usable{api=\"echo\"} 1.0");
    }

    @Test
    void refusesAReloadWithoutItsRegionWhole() throws Exception {
        start(Deployments.of(Deployments.api("echo", live())));
        Deployment with = Deployments.of(Deployments.api("other", live()));
        Deployment without = new Deployment(
                new io.isochrone.config.model.Service(
                        "test", with.service().tier(), with.service().primary(), java.util.List.of(), null),
                with.apis(),
                with.router(),
                with.gateway());

        assertThatThrownBy(() -> gateway.reload(without))
                .hasMessage("region: \"eastus\" (expected: a location of service test: westeurope)");

        assertThat(send("GET", "/echo").statusCode()).isEqualTo(200);
        assertThat(send("GET", "/other").statusCode()).isEqualTo(404);
    }

    @Test
    void drainsByTellingEveryoneWhileItFinishesWhatIsUnderWay() throws Exception {
        start(Deployments.of(Deployments.api("echo", live())));
        backend.stubFor(any(anyUrl()).willReturn(aResponse().withFixedDelay(200).withBody("late")));
        int adminPort = gateway.adminPort();
        try (RawConnection idle = new RawConnection(gateway.port())) {
            assertThat(idle.get("/status-0123456789abcdef")).startsWith("HTTP/1.1 200 ");
            CompletableFuture<HttpResponse<String>> underWay =
                    client.sendAsync(request(gateway.port(), "GET", "/echo"), HttpResponse.BodyHandlers.ofString());
            while (backend.getAllServeEvents().isEmpty() && !underWay.isDone()) {
                Thread.onSpinWait();
            }

            CompletableFuture<Void> drained = gateway.drain();

            HttpResponse<String> health =
                    client.send(request(adminPort, "GET", "/health"), HttpResponse.BodyHandlers.ofString());
            assertThat(health.statusCode()).isEqualTo(503);
            String status = idle.get("/status-0123456789abcdef");
            assertThat(status)
                    .startsWith("HTTP/1.1 503 ")
                    .contains("\r\nIsochrone-Draining: true\r\n")
                    .contains("\r\nConnection: close\r\n");
            assertThat(underWay.join().body()).isEqualTo("late");
            drained.join();
        }
    }

    @Test
    void logsAreMetricsAndErrorsWithoutTheKeyOfTheCaller(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("access.log");
        start(Deployments.of(
                log.toString(),
                false,
                Deployments.SECRET,
                Duration.ofSeconds(8),
                Deployments.api("echo", live(), dead())));

        send("GET", "/echo?subscription-key=CANARY&x=1");
        send("GET", "/nothing?subscription%2Dkey=CANARY");
        send("GET", "/echo?Subscription-Key=CANARY");
        String metrics = admin("/metrics");
        gateway.kill();

        assertThat(metrics).doesNotContain("CANARY").contains("api=\"_unmatched\"");
        assertThat(Files.readString(log)).doesNotContain("CANARY");
        assertThat(Files.readAllLines(log)).hasSize(3);
        assertThat(Files.readAllLines(log).get(0))
                .contains("\"target\":\"/echo?subscription-key=***&x=1\"")
                .contains("\"api\":\"echo\",\"region\":\"eastus\"");
    }
}
