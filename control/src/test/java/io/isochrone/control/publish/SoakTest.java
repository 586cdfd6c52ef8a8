package io.isochrone.control.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.publish.NodeFacts.Condition;
import io.isochrone.control.publish.NodeFacts.Traffic;
import io.isochrone.control.publish.Rollout.Event;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SoakTest {
    private static final SnapshotId OLD = new SnapshotId(1, 1);
    private static final SnapshotId NEW = new SnapshotId(1, 2);
    private static final long SECOND = 1_000_000_000L;

    private final Soak soak = new Soak(Soak.Times.DEFAULTS);

    private static Candidate candidate(Stage stage) {
        Line line = new Line(NEW, new TreeMap<>(), new TreeMap<>());
        return new Candidate(line, stage, "a", "westeurope", List.of("a"), List.of(NEW));
    }

    private static NodeFacts node(String id, @Nullable SnapshotId applied, double requests, double errors) {
        return Facts.gateway(id, id.equals("c") ? "eastasia" : "westeurope", 0, applied, new Traffic(requests, errors));
    }

    private Soak.Finding judge(Stage stage, long second, NodeFacts... nodes) {
        return soak.judge(candidate(stage), List.of(nodes), second * SECOND);
    }

    @Test
    void aGoodCanarySoaksForItsTimeFromWhenItAppliedTheCandidate() {
        assertThat(judge(Stage.CANARY, 0, node("a", OLD, 0, 0), node("c", OLD, 0, 0))
                        .event())
                .isNull();
        assertThat(judge(Stage.CANARY, 10, node("a", NEW, 0, 0), node("c", OLD, 0, 0))
                        .event())
                .isNull();
        assertThat(judge(Stage.CANARY, 24, node("a", NEW, 900, 9), node("c", OLD, 0, 0))
                        .event())
                .isNull();
        assertThat(judge(Stage.CANARY, 25, node("a", NEW, 900, 9), node("c", OLD, 0, 0))
                        .event())
                .isEqualTo(Event.SOAKED);
    }

    @Test
    void aCanaryThatRefusesFails() {
        Soak.Finding finding = judge(Stage.CANARY, 0, Facts.refusing(node("a", OLD, 0, 0), NEW, "apis/echo: no"));

        assertThat(finding.event()).isEqualTo(Event.FAILED);
        assertThat(finding.reason()).isEqualTo("node a refused it: apis/echo: no");
    }

    @Test
    void whatAnotherVersionWasRefusedForDoesNotCount() {
        assertThat(judge(Stage.CANARY, 0, Facts.refusing(node("a", OLD, 0, 0), OLD, "no"))
                        .event())
                .isNull();
    }

    @Test
    void aCanaryThatIsLostFails() {
        judge(Stage.CANARY, 0, node("a", NEW, 0, 0));

        Soak.Finding finding = judge(Stage.CANARY, 11, Facts.gateway("a", "westeurope", 11));

        assertThat(finding.event()).isEqualTo(Event.FAILED);
        assertThat(finding.reason()).isEqualTo("node a was lost after it got it");
    }

    @Test
    void errorsAboveWhatIsUsualFail() {
        judge(Stage.CANARY, 0, node("a", NEW, 100, 1), node("c", OLD, 100, 0));

        Soak.Finding finding = judge(Stage.CANARY, 2, node("a", NEW, 140, 41), node("c", OLD, 200, 2));

        assertThat(finding.event()).isEqualTo(Event.FAILED);
        assertThat(finding.reason()).startsWith("100.0 % of 40 requests answered 5xx in stage canary");
    }

    @Test
    void tooLittleTrafficSaysNothing() {
        judge(Stage.CANARY, 0, node("a", NEW, 0, 0));

        assertThat(judge(Stage.CANARY, 2, node("a", NEW, 19, 19)).event()).isNull();
    }

    @Test
    void aBackendThatFailsForEverybodyDoesNotStopARollout() {
        judge(Stage.CANARY, 0, node("a", NEW, 0, 0), node("c", OLD, 0, 0));

        assertThat(judge(Stage.CANARY, 2, node("a", NEW, 100, 60), node("c", OLD, 100, 60))
                        .event())
                .isNull();
    }

    @Test
    void aNodeThatFailedBeforeDoesNotStopARollout() {
        NodeFacts ill = Facts.usual(node("a", NEW, 0, 0), new Traffic(100, 50));
        judge(Stage.CANARY, 0, ill);

        assertThat(judge(Stage.CANARY, 2, node("a", NEW, 100, 50)).event()).isNull();
    }

    @Test
    void aCanaryThatDoesNotApplyItStalls() {
        judge(Stage.CANARY, 0, node("a", OLD, 0, 0));

        assertThat(judge(Stage.CANARY, 19, node("a", OLD, 0, 0)).event()).isNull();
        assertThat(judge(Stage.CANARY, 20, node("a", OLD, 0, 0)).event()).isEqualTo(Event.STALLED);
    }

    @Test
    void aCanaryThatDrainsStalls() {
        NodeFacts draining = Facts.in(Condition.DRAINING, node("a", OLD, 0, 0));
        judge(Stage.CANARY, 0, draining);

        assertThat(judge(Stage.CANARY, 20, draining).event()).isEqualTo(Event.STALLED);
    }

    @Test
    void slowNodesDoNotHoldUpAStageWhileHalfOfThemRunIt() {
        judge(Stage.ALL, 0, node("a", NEW, 0, 0), node("c", OLD, 0, 0));

        assertThat(judge(Stage.ALL, 60, node("a", NEW, 0, 0), node("c", OLD, 0, 0))
                        .event())
                .isEqualTo(Event.SOAKED);
    }

    @Test
    void aStageThatMostNodesDoNotApplyStalls() {
        judge(Stage.ALL, 0, node("a", NEW, 0, 0), node("b", OLD, 0, 0), node("c", OLD, 0, 0));

        Soak.Finding finding = judge(Stage.ALL, 60, node("a", NEW, 0, 0), node("b", OLD, 0, 0), node("c", OLD, 0, 0));

        assertThat(finding.event()).isEqualTo(Event.STALLED);
        assertThat(finding.reason()).isEqualTo("1 of 3 nodes of stage all applied it in 60 s (expected: half of them)");
    }

    @Test
    void oneNodeLostAmongManyDoesNotStopALaterStage() {
        judge(Stage.ALL, 0, node("a", NEW, 0, 0), node("b", NEW, 0, 0), node("c", NEW, 0, 0));

        assertThat(judge(
                                Stage.ALL,
                                11,
                                Facts.gateway("a", "westeurope", 11),
                                node("b", NEW, 0, 0),
                                node("c", NEW, 0, 0))
                        .event())
                .isNull();
        assertThat(judge(
                                Stage.ALL,
                                12,
                                Facts.gateway("a", "westeurope", 12),
                                Facts.gateway("b", "westeurope", 11),
                                node("c", NEW, 0, 0))
                        .event())
                .isEqualTo(Event.FAILED);
    }
}
