package io.isochrone.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.isochrone.bench.peers.Peer;
import io.isochrone.bench.peers.PeersPlan;
import io.isochrone.bench.peers.PeersResult;
import io.isochrone.bench.peers.Run;
import io.isochrone.bench.peers.Scenario;
import io.isochrone.bench.peers.ScenarioResult;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class PeersReportTest {
    private static Run run(double value, @Nullable String thrown) {
        return new Run(Map.of("a", value), Map.of("foreign", 0.01), thrown);
    }

    private static PeersReport report() {
        ScenarioResult a = new ScenarioResult(
                Scenario.A,
                Map.of(
                        "ours", List.of(run(9, null), run(99, "2 of 12 requests failed"), run(8, null), run(10, null)),
                        "haproxy", List.of(run(10, null), run(12, null)),
                        "nginx", List.of(run(11, null))),
                Map.of(),
                List.of("a <note> & more"),
                null);
        ScenarioResult b = new ScenarioResult(Scenario.B, Map.of(), Map.of(), List.of(), "wrk: not found");
        PeersPlan plan = new PeersPlan(List.of(Scenario.A, Scenario.B), List.of(Peer.values()), 3, 5, 10);
        return new PeersReport(
                new PeersResult(plan, List.of(a, b), Map.of("processor", "Some | CPU")), "isochrone bench peers");
    }

    @Test
    void givesMediansOfTheRunsThatCountAndTheRatioToHaproxy() {
        JsonNode a = report().json().get("scenarios").get("a");

        assertThat(a.get("ours").asDouble()).isEqualTo(9);
        assertThat(a.get("haproxy").asDouble()).isEqualTo(11);
        assertThat(a.get("nginx").asDouble()).isEqualTo(11);
        assertThat(a.get("ratio").asDouble()).isEqualTo(0.818);
        assertThat(a.get("goal").asDouble()).isEqualTo(0.88);
        assertThat(a.get("met").asBoolean()).isTrue();
        assertThat(a.get("runs").get("ours")).hasSize(4);
        assertThat(a.get("runs").get("ours").get(1).get("thrown").asText()).isEqualTo("2 of 12 requests failed");
    }

    @Test
    void hidesNothingThatWasNotMeasured() {
        JsonNode b = report().json().get("scenarios").get("b");

        assertThat(b.get("ours").isNull()).isTrue();
        assertThat(b.get("met").isNull()).isTrue();
        assertThat(b.get("skipped").asText()).isEqualTo("wrk: not found");
        assertThat(report().lines())
                .anyMatch(line -> line.startsWith("b: not measured: wrk: not found"))
                .anyMatch(line -> line.contains("1 of 4 runs thrown away, the last because 2 of 12 requests failed"));
    }

    @Test
    void writesAPageWithTheSpreadOfEveryFigure() {
        assertThat(report().markdown())
                .contains(
                        "| a | 200 B GET, HTTP/1.1, 64 connections | CPU us/request | **9.00** | 11.0 | 11.0 | 0.82 | ≤ 0.88 | met |")
                .contains("| a | ours | 8.00 | 9.00 | 10.0 | 3 |")
                .contains("| processor | Some \\| CPU |")
                .contains("(peers.svg)");
    }

    @Test
    void drawsAWellFormedPicture() throws Exception {
        var document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(report().plot())));

        assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(document.getElementsByTagName("rect").getLength()).isGreaterThanOrEqualTo(7);
        assertThat(report().plot()).contains(">0.82<");
    }
}
