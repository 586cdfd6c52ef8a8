package io.isochrone.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ScenarioResultTest {
    private static final Measure A = Scenario.A.measures().get(0);

    private static Run run(double value) {
        return new Run(Map.of("a", value), Map.of(), null);
    }

    private static ScenarioResult result(Map<String, List<Run>> runs) {
        return new ScenarioResult(Scenario.A, runs, Map.of(), List.of(), null);
    }

    @Test
    void dividesMediansOfTheRunsThatCount() {
        ScenarioResult result = result(Map.of(
                "ours", List.of(run(9), run(8), new Run(Map.of("a", 99.0), Map.of(), "disturbed"), run(7)),
                "haproxy", List.of(run(10), run(6))));

        assertThat(result.spread(A, "ours")).isEqualTo(new Spread(7, 8, 9, 3));
        assertThat(result.spread(A, "haproxy")).isEqualTo(new Spread(6, 8, 10, 2));
        assertThat(result.ratio(A, "ours")).isEqualTo(1.0);
        assertThat(result.met(A)).isFalse();
    }

    @Test
    void meetsAGoalOfTheRatio() {
        ScenarioResult result = result(Map.of("ours", List.of(run(8)), "haproxy", List.of(run(10))));

        assertThat(result.met(A)).isTrue();
    }

    @Test
    void knowsNoRatioWithoutTheReference() {
        ScenarioResult result = result(Map.of("ours", List.of(run(8)), "nginx", List.of(run(10))));

        assertThat(result.ratio(A, "ours")).isNull();
        assertThat(result.met(A)).isNull();
        assertThat(result.spread(A, "haproxy")).isNull();
    }

    @Test
    void knowsNoRatioToNothing() {
        ScenarioResult result = result(Map.of("ours", List.of(run(8)), "haproxy", List.of(run(-1))));

        assertThat(result.ratio(A, "ours")).isNull();
    }

    @Test
    void meetsAGoalOfOurOwnWithoutAReference() {
        Measure idle = Scenario.IDLE.measures().get(0);
        ScenarioResult result = new ScenarioResult(
                Scenario.IDLE,
                Map.of("ours", List.of(new Run(Map.of("idle", 2.9), Map.of(), null))),
                Map.of(),
                List.of(),
                null);

        assertThat(result.met(idle)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void findsEachScenarioByItsWord(Scenario scenario) {
        assertThat(Scenario.of(scenario.word())).isEqualTo(scenario);
        assertThat(scenario.measures()).isNotEmpty();
    }

    @Test
    void namesTheScenariosThatThereAre() {
        assertThatThrownBy(() -> Scenario.of("z"))
                .hasMessage("scenario: \"z\" (expected: a, b, c, d, d2, e, latency, logged, idle, startup, hops)");
        assertThatThrownBy(() -> Peer.of("caddy")).hasMessage("peer: \"caddy\" (expected: ours, haproxy, nginx)");
    }

    @Test
    void refusesAPlanWithoutBounds() {
        assertThatThrownBy(() -> new PeersPlan(List.of(Scenario.A), List.of(Peer.OURS), 0, 1, 0))
                .hasMessage("--runs: 0 (expected: 1 to 1000)");
        assertThatThrownBy(() -> new PeersPlan(List.of(Scenario.A), List.of(Peer.OURS), 1, 601, 0))
                .hasMessage("--seconds: 601 (expected: 1 to 600)");
        assertThatThrownBy(() -> Spread.of(List.of())).hasMessageContaining("at least one");
    }

    @Test
    void readsListsOfProcessors() {
        assertThat(Cpus.parse("0-2,5\n")).containsExactly(0, 1, 2, 5);
        assertThat(Cpus.parse("7")).containsExactly(7);
        assertThatThrownBy(() -> Cpus.parse("2-1")).hasMessageContaining("such as 0-2,5");
        assertThatThrownBy(() -> Cpus.parse("")).isInstanceOf(IllegalArgumentException.class);
    }
}
