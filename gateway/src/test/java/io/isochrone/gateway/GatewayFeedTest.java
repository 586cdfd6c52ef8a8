package io.isochrone.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.read.DeploymentReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatewayFeedTest {
    private static final HostPort ADVERTISED = new HostPort("10.0.0.4", 8101);

    private final List<String> said = new CopyOnWriteArrayList<>();
    private final GatewayFeed feed = feed(new HostPort("127.0.0.1", 0));

    @AfterEach
    void end() {
        Gateway gateway = feed.gateway();
        if (gateway != null) {
            gateway.kill();
        }
    }

    private GatewayFeed feed(HostPort listen) {
        return new GatewayFeed(
                "West Europe", listen, ADVERTISED, null, Duration.ZERO, gateway -> said.add("started"), said::add);
    }

    private static Deployment of(String... locations) {
        StringBuilder text = new StringBuilder("{\"service\":{\"name\":\"contoso\",\"tier\":\"Premium\","
                + "\"hop-secret\":\"0123456789abcdef\",\"primary\":{\"location\":\"" + locations[0]
                + "\"},\"additional-locations\":[");
        for (int i = 1; i < locations.length; i++) {
            text.append(i == 1 ? "" : ",")
                    .append("{\"location\":\"")
                    .append(locations[i])
                    .append("\"}");
        }
        return DeploymentReader.readSnapshot("test", text.append("]}}").toString());
    }

    private int status() throws IOException, InterruptedException {
        URI url = URI.create("http://127.0.0.1:" + feed.gateway().port() + "/status-0123456789abcdef");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    @Test
    void saysWhoItIs() {
        assertThat(feed.identity().node()).isEqualTo("westeurope-10-0-0-4-8101");
        assertThat(feed.identity().region()).isEqualTo("westeurope");
        assertThat(feed.identity().address()).isEqualTo("10.0.0.4:8101");
        assertThat(feed.state()).isEqualTo("starting");
        assertThat(feed.report().load().requestsPerSecond()).isZero();
    }

    @Test
    void waitsUntilItsRegionIsPartOfTheService() throws Exception {
        feed.take(of("eastus"));

        assertThat(feed.gateway()).isNull();
        assertThat(said).containsExactly("waiting: westeurope is not a location of service contoso yet");

        feed.take(of("eastus", "westeurope"));

        assertThat(said).last().isEqualTo("started");
        assertThat(feed.state()).isEqualTo("serving");
        assertThat(status()).isEqualTo(200);
    }

    @Test
    void leavesWhenItsRegionIsTakenOutAndComesBack() throws Exception {
        feed.take(of("westeurope", "eastus"));

        feed.take(of("eastus"));

        assertThat(status()).isEqualTo(503);
        assertThat(feed.state()).isEqualTo("starting");
        assertThat(said).last().isEqualTo("waiting: westeurope is not a location of service contoso any more");
        feed.take(of("eastus", "japaneast"));
        assertThat(status()).isEqualTo(503);

        feed.take(of("eastus", "westeurope"));

        assertThat(status()).isEqualTo(200);
        assertThat(feed.state()).isEqualTo("serving");
    }

    @Test
    void aPortThatIsTakenEndsIt() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            GatewayFeed other = feed(new HostPort("127.0.0.1", taken.getLocalPort()));

            assertThatThrownBy(() -> other.take(of("westeurope"))).hasMessageStartingWith("listen: ");

            assertThat(other.failed()).isCompletedExceptionally();
        }
    }
}
