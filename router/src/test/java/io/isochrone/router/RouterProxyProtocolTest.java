package io.isochrone.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.AccessLogSettings;
import io.isochrone.config.model.Cidr;
import io.isochrone.config.model.ConnectionSettings;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.ForwardedHeaders;
import io.isochrone.config.model.GatewaySettings;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Location;
import io.isochrone.config.model.Probing;
import io.isochrone.config.model.ProxyProtocol;
import io.isochrone.config.model.RouterSettings;
import io.isochrone.config.model.Service;
import io.isochrone.config.model.Tier;
import io.isochrone.config.model.Timeouts;
import io.isochrone.config.model.UpstreamHttp;
import io.isochrone.proxy.health.NodeHealth;
import io.isochrone.proxy.health.NodeState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A router behind a load balancer that speaks the PROXY protocol, over sockets. */
final class RouterProxyProtocolTest {
    private static final String AMSTERDAM = "159.60.128.214";
    private static final String LIMA = "190.234.175.221";
    private static final ConnectionSettings LOOPBACK = expecting("127.0.0.0/8");

    private FakeNode west;
    private FakeNode south;
    private Router router;

    @BeforeEach
    void start() throws Exception {
        west = new FakeNode("west");
        south = new FakeNode("south");
        HostPort free = new HostPort("127.0.0.1", 0);
        router = Router.start(deployment(LOOPBACK), new RouterOptions(free, free, "test-1", channel -> {}));
        while (!areProbed()) {
            assertThat(Thread.interrupted()).as("time is up").isFalse();
            Thread.onSpinWait();
        }
    }

    private boolean areProbed() {
        return router.snapshot().regions().stream()
                .flatMap(region -> region.nodes().stream())
                .noneMatch(node -> ((NodeHealth) node.health()).status().state() == NodeState.NEW);
    }

    @AfterEach
    void stop() {
        router.kill();
        west.close();
        south.close();
    }

    private static ConnectionSettings expecting(String block) {
        return new ConnectionSettings(
                null, new ProxyProtocol(List.of(Cidr.parse(block)), ProxyProtocol.DEFAULT_TIMEOUT), null);
    }

    private static Location location(String region, FakeNode node) {
        return new Location(
                Objects.requireNonNull(RegionCatalogue.clouds().find(region)), 1, false, List.of(node.address()));
    }

    private Deployment deployment(ConnectionSettings connections) {
        RouterSettings settings = new RouterSettings(
                new HostPort("127.0.0.1", 0),
                new HostPort("127.0.0.1", 0),
                null,
                List.of(),
                ForwardedHeaders.DEFAULTS,
                null,
                new Probing(Duration.ofHours(1), Duration.ofSeconds(2), 2, 2),
                Timeouts.ROUTER_DEFAULTS,
                Limits.DEFAULTS,
                3,
                1,
                new AccessLogSettings("off", 1000, List.of()),
                Duration.ofMillis(1),
                connections,
                UpstreamHttp.HTTP_1_1,
                0,
                0);
        return new Deployment(
                new Service(
                        "test",
                        Tier.PREMIUM,
                        location("westeurope", west),
                        List.of(location("brazilsouth", south)),
                        "hop-secret-of-the-test"),
                List.of(),
                settings,
                GatewaySettings.DEFAULTS);
    }

    private static byte[] one(String client) {
        return ("PROXY TCP4 " + client + " 127.0.0.1 1 2\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] two(String client) throws IOException {
        return HexFormat.of()
                .parseHex("0d0a0d0a000d0a515549540a" + "2111000c"
                        + HexFormat.of().formatHex(InetAddress.getByName(client).getAddress())
                        + "7f00000100010002");
    }

    /** Sends a header and a request, and reads until the router closes: all of the answer, empty when there is none. */
    private String send(byte[] header) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), router.port())) {
            socket.setSoTimeout(8000);
            socket.getOutputStream().write(header);
            socket.getOutputStream()
                    .write("GET /a HTTP/1.1\r\nHost: test\r\nX-Forwarded-For: 203.0.113.9\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) { // it was closed before it took all
            return "";
        }
    }

    private long faults(String reason) throws IOException {
        String metrics =
                RawClient.send(router.adminPort(), "GET", "/metrics", "").body();
        String series = "isochrone_proxy_protocol_faults_total{reason=\"" + reason + "\"} ";
        int at = metrics.indexOf(series) + series.length();
        assertThat(at).as(series).isGreaterThanOrEqualTo(series.length());
        return (long) Double.parseDouble(metrics.substring(at, metrics.indexOf('\n', at)));
    }

    @ParameterizedTest
    @CsvSource({
        AMSTERDAM + ", 1, westeurope, west",
        AMSTERDAM + ", 2, westeurope, west",
        LIMA + ", 1, brazilsouth, south",
        LIMA + ", 2, brazilsouth, south"
    })
    void theAnnouncedClientIsServedByItsNearestRegion(String client, int version, String region, String body)
            throws Exception {
        String answer = send(version == 1 ? one(client) : two(client));

        assertThat(answer).contains("Isochrone-Region: " + region + "\r\n").endsWith(body);
        FakeNode node = body.equals("west") ? west : south;
        assertThat(node.requests.get(0).getFirst("X-Forwarded-For")).isEqualTo(client);
        assertThat(faults("missing")).isZero();
    }

    @Test
    void whoeverBringsNoHeaderIsClosedAndCounted() throws Exception {
        assertThat(send(new byte[0])).isEmpty();

        assertThat(faults("missing")).isOne();
        assertThat(west.requests).isEmpty();
        assertThat(south.requests).isEmpty();
    }

    @Test
    void theLoadBalancersMayChangeWhileItRuns() throws Exception {
        router.reload(deployment(expecting("10.0.0.0/8")));
        assertThat(send(one(LIMA))).isEmpty();
        assertThat(faults("untrusted")).isOne();

        router.reload(deployment(LOOPBACK));
        assertThat(send(one(LIMA))).endsWith("south");
    }

    @Test
    void isNotSwitchedOffWhileItRuns() throws Exception {
        assertThatThrownBy(() -> router.reload(deployment(ConnectionSettings.PLAIN)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "proxy-protocol: switched off (expected: as when the node started); restart the node for this");

        assertThat(send(one(LIMA))).endsWith("south");
    }
}
