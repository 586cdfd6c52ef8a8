package io.isochrone.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.read.DeploymentReader;
import io.isochrone.config.source.NodeReport;
import io.isochrone.router.door.Explain;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RouterFeedTest {
    private final RouterFeed feed = new RouterFeed(null, null, null, "10.0.0.9", false, Duration.ZERO, router -> {});

    @AfterEach
    void end() {
        Router router = feed.router();
        if (router != null) {
            router.kill();
        }
    }

    /** @param additional locations with their nodes, such as {@code eastus 127.0.0.1:1} */
    private static Deployment of(String primary, String... additional) {
        StringBuilder text = new StringBuilder("{\"service\":{\"name\":\"contoso\",\"tier\":\"Premium\",\"primary\":")
                .append(location(primary))
                .append(",\"additional-locations\":[");
        for (int i = 0; i < additional.length; i++) {
            text.append(i == 0 ? "" : ",").append(location(additional[i]));
        }
        text.append("]},\"router\":{\"listen\":\"127.0.0.1:0\",\"admin\":\"127.0.0.1:0\"}}");
        return DeploymentReader.readSnapshot("test", text.toString());
    }

    private static String location(String text) {
        String[] parts = text.split(" ");
        String nodes = java.util.Arrays.stream(parts)
                .skip(1)
                .map(node -> '"' + node + '"')
                .collect(Collectors.joining(","));
        return "{\"location\":\"" + parts[0] + "\",\"nodes\":[" + nodes + "]}";
    }

    private static Map<String, List<HostPort>> nodes(Deployment deployment) {
        return deployment.service().locations().stream()
                .collect(Collectors.toMap(location -> location.region().name(), location -> location.nodes()));
    }

    @Test
    void saysWhoItIs() {
        assertThat(feed.identity().node()).isEqualTo("router-10-0-0-9");
        assertThat(feed.identity().kind()).isEqualTo("router");
        assertThat(feed.state()).isEqualTo("starting");
        assertThat(feed.report()).isEqualTo(NodeReport.NOTHING);

        feed.take(of("westeurope"));

        assertThat(feed.identity().address())
                .isEqualTo("10.0.0.9:" + feed.router().port());
        assertThat(feed.state()).isEqualTo("serving");
    }

    @Test
    void aRegionWithoutNodesIsNotUsedAndExplainSaysWhy() {
        feed.take(of("westeurope", "eastus"));

        String text = Explain.explain(feed.router().snapshot(), "8.8.8.8", false, 0);
        assertThat(text).contains("skipped: no node");
        NodeReport report = feed.report();
        assertThat(report.map()).isEmpty();
        assertThat(report.regions())
                .extracting(line -> line.region() + " " + line.state())
                .containsExactly("westeurope unhealthy", "eastus unhealthy");
    }

    @Test
    void aLocationLeftWithoutNodesKeepsThoseItHad() {
        Deployment before = of("westeurope 10.0.0.1:1 10.0.0.2:1", "eastus 10.1.0.1:1", "japaneast 10.2.0.1:1");

        Deployment merged = RouterFeed.keepingNodes(before, of("westeurope", "eastus 10.1.0.7:1", "brazilsouth"));

        assertThat(nodes(merged))
                .containsEntry("westeurope", List.of(HostPort.parse("10.0.0.1:1"), HostPort.parse("10.0.0.2:1")))
                .containsEntry("eastus", List.of(HostPort.parse("10.1.0.7:1")))
                .containsEntry("brazilsouth", List.of())
                .hasSize(3);
    }

    @Test
    void aNodeThatMovedToAnotherRegionStaysThereOnly() {
        Deployment before = of("westeurope 10.0.0.1:1", "eastus 10.1.0.1:1");

        Deployment merged = RouterFeed.keepingNodes(before, of("westeurope", "eastus 10.0.0.1:1"));

        assertThat(nodes(merged))
                .containsEntry("westeurope", List.of())
                .containsEntry("eastus", List.of(HostPort.parse("10.0.0.1:1")));
    }

    @Test
    void theMapShowsWhoServesWhere() throws Exception {
        try (FakeNode west = new FakeNode("west", 0);
                FakeNode east = new FakeNode("east", 0)) {
            feed.take(of("westeurope " + west.address(), "japaneast " + east.address()));

            NodeReport report = feed.report();

            assertThat(report.map()).hasSizeBetween(200, 400);
            assertThat(report.map()).extracting(point -> point.region()).contains("westeurope", "japaneast");
            assertThat(report.map())
                    .allMatch(point -> point.longitude() < 0 && point.longitude() > -25 && point.latitude() > 30
                            ? point.region().equals("westeurope")
                            : point.longitude() < 130
                                    || point.longitude() > 150
                                    || point.region().equals("japaneast"));
        }
    }
}
