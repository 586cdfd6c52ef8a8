package io.isochrone.proxy.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Probing;
import io.isochrone.proxy.outcome.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NodeStateTest {
    @ParameterizedTest
    @CsvSource({
        "NEW, PROBE_GOOD, 1, UP",
        "NEW, PROBE_FAILED, 1, DOWN",
        "NEW, PROBE_DRAINING, 1, DRAINING",
        "NEW, ATTEMPT_LOST, 0, DOWN",
        "NEW, PROBE_REFUSED, 1, DOWN",
        "NEW, ATTEMPT_REFUSED, 0, DOWN",
        "UP, PROBE_REFUSED, 1, UP",
        "UP, PROBE_REFUSED, 2, DOWN",
        "UP, ATTEMPT_REFUSED, 0, DOWN",
        "DOWN, PROBE_REFUSED, 1, DOWN",
        "DOWN, ATTEMPT_REFUSED, 0, DOWN",
        "DRAINING, PROBE_REFUSED, 1, DRAINING",
        "DRAINING, PROBE_REFUSED, 2, DOWN",
        "DRAINING, ATTEMPT_REFUSED, 0, DRAINING",
        "UP, PROBE_GOOD, 1, UP",
        "UP, PROBE_FAILED, 1, UP",
        "UP, PROBE_FAILED, 2, DOWN",
        "UP, PROBE_DRAINING, 1, DRAINING",
        "UP, ATTEMPT_LOST, 0, DOWN",
        "DOWN, PROBE_GOOD, 1, DOWN",
        "DOWN, PROBE_GOOD, 2, UP",
        "DOWN, PROBE_FAILED, 9, DOWN",
        "DOWN, PROBE_DRAINING, 1, DRAINING",
        "DOWN, ATTEMPT_LOST, 0, DOWN",
        "DRAINING, PROBE_GOOD, 1, DRAINING",
        "DRAINING, PROBE_GOOD, 2, UP",
        "DRAINING, PROBE_FAILED, 1, DRAINING",
        "DRAINING, PROBE_FAILED, 2, DOWN",
        "DRAINING, PROBE_DRAINING, 5, DRAINING",
        "DRAINING, ATTEMPT_LOST, 0, DRAINING"
    })
    void everyEventInEveryState(NodeState from, NodeState.Event event, int streak, NodeState to) {
        assertThat(from.after(event, streak, 2, 2)).isEqualTo(to);
    }

    @Test
    void aLostConnectionTakesANodeOutAndOnlyProbesBringItBack() {
        List<String> changes = new ArrayList<>();
        NodeHealth health = new NodeHealth(
                new Probing(Duration.ofSeconds(1), Duration.ofSeconds(1), 2, 2),
                (from, to, reason) -> changes.add(from + ">" + to + ":" + reason),
                0);
        health.probed(NodeState.Event.PROBE_GOOD, "200", 1);
        health.failed(Failure.RESPONSE_CUT, 2);
        assertThat(health.isUsable(2)).isTrue();

        health.failed(Failure.CONNECT_REFUSED, 3);
        health.succeeded(1, 4);
        assertThat(health.isUsable(4)).isFalse();
        health.probed(NodeState.Event.PROBE_GOOD, "200", 5);
        assertThat(health.isUsable(5)).isFalse();
        health.probed(NodeState.Event.PROBE_GOOD, "200", 6);

        assertThat(health.isUsable(6)).isTrue();
        assertThat(changes).containsExactly("NEW>UP:200", "UP>DOWN:connect_refused", "DOWN>UP:200");
    }

    @Test
    void itRefusesWhileTheLatestEvidenceIsARefusal() {
        NodeHealth health = new NodeHealth(
                new Probing(Duration.ofSeconds(1), Duration.ofSeconds(1), 2, 2), (from, to, reason) -> {}, 0);
        assertThat(health.isRefusing()).isFalse();

        health.failed(Failure.CONNECT_REFUSED, 1);
        assertThat(health.isRefusing()).isTrue();
        health.probed(NodeState.Event.PROBE_FAILED, "timeout", 2);
        assertThat(health.isRefusing()).isFalse();
        health.probed(NodeState.Event.PROBE_REFUSED, "refused", 3);
        assertThat(health.isRefusing()).isTrue();
        health.failed(Failure.RESET_BEFORE_RESPONSE, 4);
        assertThat(health.isRefusing()).isFalse();
    }

    @Test
    void aLossBetweenTwoGoodProbesCountsFromTheStart() {
        NodeHealth health = new NodeHealth(
                new Probing(Duration.ofSeconds(1), Duration.ofSeconds(1), 2, 2), (from, to, reason) -> {}, 0);
        health.failed(Failure.CONNECT_TIMEOUT, 1);
        health.probed(NodeState.Event.PROBE_GOOD, "200", 2);
        health.failed(Failure.CONNECT_TIMEOUT, 3);

        health.probed(NodeState.Event.PROBE_GOOD, "200", 4);
        assertThat(health.isUsable(4)).isFalse();
        health.probed(NodeState.Event.PROBE_GOOD, "200", 5);
        assertThat(health.isUsable(5)).isTrue();
    }
}
