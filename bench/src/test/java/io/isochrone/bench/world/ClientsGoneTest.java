package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** P48: clients that leave while they wait for a slow answer. */
@Tag("system")
@Timeout(90)
final class ClientsGoneTest {
    private static final int CLIENTS = 500;
    private static final HostPort FREE = new HostPort("127.0.0.1", 0);
    private static final Region REGION = WorldPlan.PLACES.get(0).region();

    private final CountDownLatch arrived = new CountDownLatch(CLIENTS);
    private final CountDownLatch cancelled = new CountDownLatch(CLIENTS);

    /** Reads a head, answers nothing, and counts the end of the connection. */
    private void serve(Socket connection) {
        try (connection) {
            byte[] bytes = new byte[8192];
            boolean head = false;
            while (connection.getInputStream().read(bytes) >= 0) {
                if (!head) {
                    head = true;
                    arrived.countDown();
                }
            }
        } catch (IOException e) {
            // Reset: cancelled all the same.
        }
        cancelled.countDown();
    }

    private void accept(ServerSocket listener) {
        try {
            while (true) {
                Socket connection = listener.accept();
                Thread thread = new Thread(() -> serve(connection), "slow");
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private static Deployment deployment(int backend, HostPort node) {
        Service service = new Service(
                "gone", Tier.PREMIUM, new Location(REGION, 1, false, List.of(node)), List.of(), "clients-that-leave");
        List<Backend> backends = List.of(new Backend(new HostPort("127.0.0.1", backend), ""));
        return new Deployment(
                service,
                List.of(new Api("all", "", backends, Map.of(), false)),
                RouterSettings.DEFAULTS,
                GatewaySettings.DEFAULTS);
    }

    private static double metric(String page, String start) {
        return page.lines()
                .filter(line -> line.startsWith(start))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void areCancelledAtTheBackendCountedAsGoneAndHeldAgainstNobody() throws Exception {
        try (ServerSocket backend = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress())) {
            Thread acceptor = new Thread(() -> accept(backend), "slow-backend");
            acceptor.setDaemon(true);
            acceptor.start();
            Gateway gateway = Gateway.start(
                    deployment(backend.getLocalPort(), FREE),
                    new GatewayOptions(REGION.name(), FREE, null, "g1", channel -> {}));
            HostPort node = new HostPort("127.0.0.1", gateway.port());
            Router router = Router.start(
                    deployment(backend.getLocalPort(), node), new RouterOptions(FREE, FREE, "r1", channel -> {}));
            try {
                List<Socket> clients = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    Socket client = new Socket(InetAddress.getLoopbackAddress(), router.port());
                    client.getOutputStream()
                            .write("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    clients.add(client);
                }
                assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(metric(router.metrics().scrape(), "isochrone_requests_in_flight "))
                        .isEqualTo(CLIENTS);

                for (Socket client : clients) {
                    client.setSoLinger(true, 0);
                    client.close();
                }

                assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
                for (var metrics : List.of(router.metrics(), gateway.metrics())) {
                    while (metric(metrics.scrape(), "isochrone_requests_in_flight ") > 0) {
                        Thread.onSpinWait();
                    }
                }
                String page = router.metrics().scrape();
                assertThat(page.lines()
                                .filter(line -> line.startsWith("isochrone_requests_total")
                                        && line.contains("outcome=\"client_gone\""))
                                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                                .sum())
                        .isEqualTo(CLIENTS);
                assertThat(metric(page, "isochrone_region_usable")).isEqualTo(1);
                assertThat(metric(page, "isochrone_node_usable")).isEqualTo(1);
            } finally {
                router.kill();
                gateway.kill();
            }
        }
    }
}
