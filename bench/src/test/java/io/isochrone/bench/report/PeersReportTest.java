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
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

final class PeersReportTest {
    private static Run run(String name, double value) {
        return new Run(Map.of(name, value), Map.of("requests", 1000.0), null);
    }

    private static PeersReport report() {
        ScenarioResult a = new ScenarioResult(
                Scenario.A,
                Map.of(
                        "ours", List.of(run("a", 8), run("a", 9), new Run(Map.of("a", 50.0), Map.of(), "disturbed")),
                        "haproxy", List.of(run("a", 10), run("a", 10)),
                        "nginx", List.of(run("a", 11))),
                Map.of(),
                List.of("load: ours"),
                null);
        ScenarioResult c = new ScenarioResult(
                Scenario.C,
                Map.of("haproxy", List.of(run("c", 13.3))),
                Map.of("ours", "unsupported: router.tls: unknown key (expected: <this | that>)"),
                List.of(),
                null);
        ScenarioResult idle =
                new ScenarioResult(Scenario.IDLE, Map.of("ours", List.of(run("idle", 4.5))), Map.of(), List.of(), null);
        ScenarioResult hops = new ScenarioResult(
                Scenario.HOPS,
                Map.of("ours", List.of(run("hops", 90)), "one-hop", List.of(run("hops", 10))),
                Map.of(),
                List.of(),
                null);
        ScenarioResult d = new ScenarioResult(Scenario.D, Map.of(), Map.of(), List.of(), "h2load: not found");
        PeersPlan plan = new PeersPlan(List.of(Scenario.A), List.of(Peer.values()), 2, 5, 15);
        return new PeersReport(
                new PeersResult(plan, List.of(a, c, idle, hops, d), Map.of("processor", "x|y")),
                "isochrone bench peers --runs 2");
    }

    @Test
    void tellsMediansRatiosGoalsAndWhatIsMissing() {
        List<String> lines = report().lines();

        assertThat(lines.get(1)).contains("8.50", "10.0", "11.0", "0.85", "<= 0.88", "met");
        assertThat(lines.get(2)).contains("13.3", "not measured");
        assertThat(lines.get(3)).contains("4.50", "<= 3", "missed");
        assertThat(lines.get(4)).contains("90.0", "9.00", "<= 1.9", "missed");
        assertThat(lines)
                .contains(
                        "a: ours: 1 of 3 runs thrown away, the last because disturbed",
                        "a: load: ours",
                        "c: ours: unsupported: router.tls: unknown key (expected: <this | that>)",
                        "d: not measured: h2load: not found");
    }

    @Test
    void writesFiguresForPrograms() {
        JsonNode json = report().json();
        JsonNode a = json.path("scenarios").path("a");

        assertThat(json.path("command").asText()).isEqualTo("isochrone bench peers --runs 2");
        assertThat(json.path("machine").path("processor").asText()).isEqualTo("x|y");
        assertThat(a.path("ours").asDouble()).isEqualTo(8.5);
        assertThat(a.path("haproxy").asDouble()).isEqualTo(10);
        assertThat(a.path("nginx").asDouble()).isEqualTo(11);
        assertThat(a.path("ratio").asDouble()).isEqualTo(0.85);
        assertThat(a.path("goal").asDouble()).isEqualTo(0.88);
        assertThat(a.path("met").asBoolean()).isTrue();
        assertThat(a.path("runs").path("ours")).hasSize(3);
        assertThat(a.path("runs").path("ours").path(0).path("requests").asDouble())
                .isEqualTo(1000);
        assertThat(a.path("runs").path("ours").path(2).path("thrown").asText()).isEqualTo("disturbed");
        JsonNode c = json.path("scenarios").path("c");
        assertThat(c.path("ours").isNull()).isTrue();
        assertThat(c.path("ratio").isNull()).isTrue();
        assertThat(c.path("missing").path("ours").asText()).startsWith("unsupported");
        assertThat(json.path("scenarios").path("hops").path("one-hop").asDouble())
                .isEqualTo(10);
        assertThat(json.path("scenarios").path("d").path("skipped").asText()).isEqualTo("h2load: not found");
    }

    @Test
    void writesAPageWithEverySpread() {
        String page = report().markdown();

        assertThat(page)
                .contains(
                        "![ratio to HAProxy](peers.svg)",
                        "| a | 200 B GET, HTTP/1.1, 64 connections | CPU us/request | **8.50** | 10.0 | 11.0 | 0.85 | ≤ 0.88 | met |",
                        "| a | ours | 8.00 | 8.50 | 9.00 | 2 |",
                        "| hops | one-hop | 10.0 | 10.0 | 10.0 | 1 |",
                        "| processor | x\\|y |",
                        "- d: not measured: h2load: not found");
    }

    @Test
    void drawsABarForEachRatioAndALineForItsGoal() throws Exception {
        Document drawing = parse(report().plot());

        // a, c, hops and d have ratios; idle has none. Each has two bars and a goal, beside the ground and the legend.
        assertThat(drawing.getElementsByTagName("rect").getLength()).isEqualTo(3 + 4 * 2);
        assertThat(drawing.getElementsByTagName("line").getLength()).isEqualTo(2 + 4);
        assertThat(drawing.getDocumentElement().getTextContent())
                .contains("0.85", "1.10", "9.00", "a over TLS 1.3")
                .doesNotContain("idle");
    }

    @Test
    void cutsABarThatIsLongerThanTheDrawing() throws Exception {
        Document drawing = parse(new RatioPlot(List.of(new RatioPlot.Row("<a> & b", 50.0, null, 0.5))).svg());

        Element bar = (Element) drawing.getElementsByTagName("rect").item(3);
        assertThat(bar.getAttribute("width")).isEqualTo("520.0");
        assertThat(drawing.getDocumentElement().getTextContent()).contains("<a> & b", "50.00");
    }

    private static Document parse(String xml) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }
}
