package io.isochrone.gateway;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.isochrone.config.model.Cidr;
import io.isochrone.config.model.ConnectionSettings;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.GatewaySettings;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.ProxyProtocol;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gateway behind a load balancer that speaks the PROXY protocol, over sockets. */
final class GatewayProxyProtocolTest {
    private static final String CLIENT = "PROXY TCP4 203.0.113.7 127.0.0.1 1 2\r\n";
    private static final ConnectionSettings LOOPBACK = new ConnectionSettings(
            null, new ProxyProtocol(List.of(Cidr.parse("127.0.0.0/8")), ProxyProtocol.DEFAULT_TIMEOUT), null);

    private final WireMockServer backend =
            new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));
    private Gateway gateway;

    @BeforeEach
    void start() throws Exception {
        backend.start();
        backend.stubFor(any(anyUrl()).willReturn(aResponse().withBody("hello").withHeader("Content-Length", "5")));
        HostPort free = new HostPort("127.0.0.1", 0);
        gateway =
                Gateway.start(deployment(LOOPBACK), new GatewayOptions("eastus", free, free, "test-1", channel -> {}));
    }

    @AfterEach
    void stop() {
        gateway.kill();
        backend.stop();
    }

    private Deployment deployment(ConnectionSettings connections) {
        Deployment d = Deployments.of(Deployments.api("echo", Integer.toString(backend.port())));
        GatewaySettings g = d.gateway();
        return new Deployment(
                d.service(),
                d.apis(),
                d.router(),
                new GatewaySettings(
                        g.trustedProxies(),
                        g.forwardedHeaders(),
                        g.timeouts(),
                        g.limits(),
                        g.maxAttempts(),
                        g.ejection(),
                        g.eventLoops(),
                        g.accessLog(),
                        g.restartDelay(),
                        connections));
    }

    private List<String> forwardedFor() {
        return backend.findAll(anyRequestedFor(anyUrl())).stream()
                .map(request -> request.getHeader("X-Forwarded-For"))
                .toList();
    }

    @Test
    void theAnnouncedClientIsForwardedWithEveryRequestOfTheConnection() throws Exception {
        try (RawConnection connection = new RawConnection(gateway.port())) {
            connection.send(CLIENT);

            assertThat(connection.get("/echo/1")).endsWith("hello");
            assertThat(connection.get("/echo/2")).endsWith("hello");
        }
        assertThat(forwardedFor()).containsExactly("203.0.113.7", "203.0.113.7");
    }

    @Test
    void aCheckOfTheLoadBalancerReachesTheStatusPath() throws Exception {
        try (RawConnection connection = new RawConnection(gateway.port())) {
            connection.send("\r\n\r\n\0\r\nQUIT\n \0\0\0");

            assertThat(connection.get("/status-0123456789abcdef")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aRequestWithoutAHeaderIsClosedAndCounted() throws Exception {
        try (RawConnection connection = new RawConnection(gateway.port())) {
            assertThatThrownBy(() -> connection.get("/echo/1")).isInstanceOf(IOException.class);
        }
        HttpRequest scrape = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.adminPort() + "/metrics"))
                .build();
        HttpClient client = HttpClient.newHttpClient();
        assertThat(client.send(scrape, HttpResponse.BodyHandlers.ofString()).body())
                .contains("isochrone_proxy_protocol_faults_total{reason=\"missing\"} 1.0")
                .contains("isochrone_proxy_protocol_faults_total{reason=\"untrusted\"} 0.0");
        assertThat(forwardedFor()).isEmpty();
    }

    @Test
    void isNotSwitchedOffWhileItRuns() throws Exception {
        assertThatThrownBy(() -> gateway.reload(deployment(ConnectionSettings.PLAIN)))
                .hasMessage(
                        "proxy-protocol: switched off (expected: as when the node started); restart the node for this");

        try (RawConnection connection = new RawConnection(gateway.port())) {
            connection.send(CLIENT);
            assertThat(connection.get("/echo/1")).endsWith("hello");
        }
    }
}
