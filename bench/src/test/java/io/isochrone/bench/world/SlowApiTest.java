package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.bench.fault.LedgerBackend;
import io.isochrone.config.model.Api;
import io.isochrone.config.model.Backend;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.GatewaySettings;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Location;
import io.isochrone.config.model.Region;
import io.isochrone.config.model.RouterSettings;
import io.isochrone.config.model.Service;
import io.isochrone.config.model.Tier;
import io.isochrone.gateway.Gateway;
import io.isochrone.gateway.GatewayOptions;
import io.isochrone.router.Router;
import io.isochrone.router.RouterOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** P24: an API whose backend hangs, behind the same router and gateway as one that is well. */
@Tag("system")
@Timeout(90)
final class SlowApiTest {
    private static final int CLIENTS = 200;
    private static final int PLACES = 20;
    private static final HostPort FREE = new HostPort("127.0.0.1", 0);
    private static final Region REGION = WorldPlan.PLACES.get(0).region();

    private static Api api(String name, int port, int most) {
        Backend backend = new Backend(new HostPort("127.0.0.1", port), "");
        return new Api(name, "/" + name, List.of(backend), Map.of(), false, most);
    }

    private static Deployment deployment(HostPort node, Api... apis) {
        Service service = new Service(
                "slow", Tier.PREMIUM, new Location(REGION, 1, false, List.of(node)), List.of(), "one-slow-api-of-two");
        return new Deployment(service, List.of(apis), RouterSettings.DEFAULTS, GatewaySettings.DEFAULTS);
    }

    private static double metric(String page, String start) {
        return page.lines()
                .filter(line -> line.startsWith(start))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static Socket ask(int port, String target) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        String head = "GET " + target + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void takesNoMoreThanItsPlacesAndTheOtherIsServed() throws Exception {
        // It accepts by its backlog, reads nothing and answers nothing.
        try (ServerSocket hangs = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
                LedgerBackend well = LedgerBackend.start("well")) {
            Api[] apis = {api("x", hangs.getLocalPort(), PLACES), api("y", well.port(), 0)};
            Gateway gateway = Gateway.start(
                    deployment(FREE, apis), new GatewayOptions(REGION.name(), FREE, null, "g1", channel -> {}));
            Router router = Router.start(
                    deployment(new HostPort("127.0.0.1", gateway.port()), apis),
                    new RouterOptions(FREE, FREE, "r1", channel -> {}));
            List<Socket> waiting = new ArrayList<>();
            try {
                for (int i = 0; i < PLACES; i++) {
                    waiting.add(ask(router.port(), "/x/slow"));
                }
                String inFlight = "isochrone_api_requests_in_flight{api=\"x\"}";
                while (metric(gateway.metrics().scrape(), inFlight) < PLACES) {
                    Thread.onSpinWait();
                }
                for (int i = 0; i < CLIENTS; i++) {
                    try (Socket shed = ask(router.port(), "/x/slow");
                            Socket served = ask(router.port(), "/y/who?x")) {
                        String answer = new String(shed.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                        assertThat(answer)
                                .startsWith("HTTP/1.1 503 ")
                                .contains("\r\nRetry-After: 1\r\n")
                                .doesNotContain("Isochrone-Not-Processed");
                        assertThat(new String(served.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                                .startsWith("HTTP/1.1 200 ");
                    }
                }

                String page = gateway.metrics().scrape();
                assertThat(metric(page, inFlight)).isEqualTo(PLACES);
                assertThat(metric(page, "isochrone_requests_total{api=\"x\",outcome=\"shed\""))
                        .isEqualTo(CLIENTS);
                assertThat(metric(page, "isochrone_requests_total{api=\"y\",outcome=\"relayed\""))
                        .isEqualTo(CLIENTS);

                for (Socket client : waiting) {
                    client.close();
                }
                while (metric(gateway.metrics().scrape(), inFlight) > 0
                        || metric(router.metrics().scrape(), "isochrone_region_requests_in_flight") > 0) {
                    Thread.onSpinWait();
                }
            } finally {
                for (Socket client : waiting) {
                    client.close();
                }
                router.kill();
                gateway.kill();
            }
        }
    }
}
