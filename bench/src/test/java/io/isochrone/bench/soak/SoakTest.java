package io.isochrone.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.bench.report.SoakReport;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The long test, short: every fault once. */
@Tag("system")
@Timeout(180)
final class SoakTest {
    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", "h2"})
    void mixesUpNoAnswerAndLeaksNothingUnderEveryFault(String upstream) throws Exception {
        SoakPlan plan = new SoakPlan(Duration.ofSeconds(8), 200, 20, 200, upstream, 1);

        SoakReport report = new SoakReport(new Soak(plan, text -> {}).run(), "isochrone bench soak");

        assertThat(report.result().isGood())
                .as(String.join("\n", report.lines()))
                .isTrue();
        assertThat(report.result().samples()).isNotEmpty();
        assertThat(report.markdown()).contains("All checks are met.", "| wrong answers | 0 of ");
        assertThat(report.plot()).startsWith("<?xml").contains("gateway-3").endsWith("</svg>\n");
        assertThat(report.json().path("good").asBoolean()).isTrue();
    }
}
