package io.isochrone.bench.drill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.bench.load.LoadFailure;
import io.isochrone.bench.load.Sample;
import io.isochrone.bench.report.DrillPage;
import io.isochrone.bench.report.DrillReport;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DrillReportTest {
    private static final long MS = 1_000_000;

    @Test
    void tellsWhatProgramsReadOfIt() {
        DrillReport report = new DrillReport(List.of(run(61), run(75), run(1000)));

        ObjectNode drill =
                (ObjectNode) DrillReport.json(List.of(report)).path("drills").path("kill-get");

        assertThat(DrillReport.json(List.of(report)).fieldNames()).toIterable().containsExactly("drills");
        assertThat(drill.path("failed").asLong()).isZero();
        assertThat(drill.path("worst_ms").asDouble()).isEqualTo(25);
        assertThat(drill.path("over_50ms").asLong()).isEqualTo(1);
        assertThat(drill.path("executed_twice").asLong()).isZero();
        assertThat(drill.path("goal_met").asBoolean()).isFalse();
    }

    @Test
    void meetsAGoalOfLatencyWhenMostRunsDo() {
        assertThat(new DrillReport(List.of(run(61), run(62), run(1000))).isGood())
                .isTrue();
    }

    @Test
    void missesAGoalOfFailuresWhenOneRunDoes() {
        DrillFigures bad = new DrillFigures(DrillFiguresTest.result(
                List.of(new Sample(7000 * MS, MS, 502, "none", 0, LoadFailure.STATUS_5XX)), List.of()));

        assertThat(new DrillReport(List.of(run(61), run(61), bad)).isGood()).isFalse();
    }

    @Test
    void drawsATimelineWithItsMarksAndAPage() {
        DrillReport report = new DrillReport(List.of(run(61)));

        assertThat(DrillPage.timeline(report.middle()))
                .startsWith("<?xml")
                .contains(">fault<", ">healed<", ">southeastasia<", "latency above distance");
        assertThat(DrillPage.markdown(List.of(report), "isochrone x"))
                .contains("`isochrone x`", "| [kill-get](#kill-get) |", "![kill-get](kill-get.svg)");
    }

    private static DrillFigures run(long latencyMillis) {
        return new DrillFigures(DrillFiguresTest.result(
                List.of(
                        new Sample(5000 * MS, 60 * MS, 200, "southeastasia", 0, null),
                        new Sample(7000 * MS, latencyMillis * MS, 200, "southeastasia", 0, null)),
                List.of()));
    }
}
