package io.isochrone.proxy.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isochrone.config.model.HostPort;
import io.isochrone.proxy.runtime.BindFailedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private AdminServer server;

    @BeforeEach
    void start() throws BindFailedException {
        server = AdminServer.bind(new HostPort("127.0.0.1", 0));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> send(String method, String target, String accept)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + target))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("Accept", accept)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void handsMethodPathDecodedQueryAndAcceptToTheHandler() throws Exception {
        server.route("/explain", request -> AdminResponse.text(request.toString()));

        HttpResponse<String> response = send("GET", "/explain?client=2001%3Adb8%3A%3A1&client=x", "application/json");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValue("text/plain; charset=utf-8");
        assertThat(response.body())
                .isEqualTo("AdminRequest[method=GET, path=/explain, query={client=2001:db8::1},"
                        + " accept=application/json]");
    }

    @Test
    void namesTheRoutesWhenThePathIsUnknown() throws Exception {
        server.route("/metrics", request -> AdminResponse.text(""));
        server.route("/health", request -> AdminResponse.text(""));

        HttpResponse<String> response = send("GET", "/nothing", "*/*");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body())
                .isEqualTo("{\"statusCode\":404,\"message\":\"/nothing (expected: one of /health, /metrics)\"}\n");
    }

    @Test
    void takesOnlyTheMethodsOfTheRoute() throws Exception {
        server.route("/health", request -> AdminResponse.text("ok"));
        server.route("/act", Set.of("POST"), request -> AdminResponse.text("done"));

        assertThat(send("POST", "/health", "*/*").statusCode()).isEqualTo(405);
        assertThat(send("GET", "/act", "*/*").body())
                .isEqualTo("{\"statusCode\":405,\"message\":\"GET (expected: POST)\"}\n");
        assertThat(send("POST", "/act", "*/*").body()).isEqualTo("done");
        assertThat(send("HEAD", "/health", "*/*").headers().firstValue("content-length"))
                .hasValue("2");
    }

    @Test
    void answersFiveHundredWithoutDetailsWhenAHandlerThrows() throws Exception {
        server.route("/bad", request -> {
            throw new IllegalStateException("inner detail");
        });

        HttpResponse<String> response = send("GET", "/bad", "*/*");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).isEqualTo("{\"statusCode\":500,\"message\":\"Internal server error\"}\n");
    }

    @Test
    void refusesABodyAboveTheBound() throws Exception {
        server.route("/act", Set.of("POST"), request -> AdminResponse.text("done"));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream()
                    .write(("POST /act HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n"
                                    + "Expect: 100-continue\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));

            String status = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);

            assertThat(status).isEqualTo("HTTP/1.1 413");
        }
    }

    @Test
    void answersPipelinedRequestsInOrderThoughTheFirstIsSlow() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        server.route("/slow", request -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return AdminResponse.text("slow");
        });
        server.route("/fast", request -> AdminResponse.text("fast"));

        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream()
                    .write(("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"
                                    + "GET /fast HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(send("GET", "/fast", "*/*").body()).isEqualTo("fast");
            release.countDown();
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(all.indexOf("\r\n\r\nslow")).isPositive().isLessThan(all.indexOf("\r\n\r\nfast"));
        }
    }

    @Test
    void saysWhichPortIsTakenWhenItCannotBind() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> AdminServer.bind(new HostPort("127.0.0.1", taken.getLocalPort())))
                    .isInstanceOf(BindFailedException.class)
                    .hasMessageStartingWith("admin: 127.0.0.1:" + taken.getLocalPort() + " (expected: a free port; ");
        }
    }
}
