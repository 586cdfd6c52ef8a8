package io.isochrone.proxy.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Probing;
import io.isochrone.proxy.health.NodeState.Event;
import io.isochrone.proxy.outcome.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class NodeHealthTest {
    private static final Probing PROBING = new Probing(Duration.ofSeconds(1), Duration.ofSeconds(1), 2, 2);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final List<String> changes = new ArrayList<>();
    private final NodeHealth health =
            new NodeHealth(PROBING, (from, to, reason) -> changes.add(from + ">" + to + ":" + reason), 0);

    @Test
    void aLostConnectionTakesANodeOutAndOnlyProbesBringItBack() {
        health.probed(Event.PROBE_GOOD, "200", 0, 1);
        health.failed(Failure.RESPONSE_CUT, 2);
        assertThat(health.isUsable(2)).isTrue();

        health.failed(Failure.CONNECT_REFUSED, 3);
        health.succeeded(1, 4);
        assertThat(health.isUsable(4)).isFalse();
        health.probed(Event.PROBE_GOOD, "200", 4, 5);
        assertThat(health.isUsable(5)).isFalse();
        health.probed(Event.PROBE_GOOD, "200", 5, 6);

        assertThat(health.isUsable(6)).isTrue();
        assertThat(changes).containsExactly("NEW>UP:200", "UP>DOWN:connect_refused", "DOWN>UP:200");
    }

    @Test
    void itRefusesWhileTheLatestEvidenceIsARefusal() {
        assertThat(health.isRefusing()).isFalse();

        health.failed(Failure.CONNECT_REFUSED, 1);
        assertThat(health.isRefusing()).isTrue();
        health.probed(Event.PROBE_FAILED, "timeout", 1, 2);
        assertThat(health.isRefusing()).isFalse();
        health.probed(Event.PROBE_REFUSED, "refused", 2, 3);
        assertThat(health.isRefusing()).isTrue();
        health.failed(Failure.RESET_BEFORE_RESPONSE, 4);
        assertThat(health.isRefusing()).isFalse();
    }

    @Test
    void aLossBetweenTwoGoodProbesCountsFromTheStart() {
        health.failed(Failure.CONNECT_TIMEOUT, 1);
        health.probed(Event.PROBE_GOOD, "200", 1, 2);
        health.failed(Failure.CONNECT_TIMEOUT, 3);

        health.probed(Event.PROBE_GOOD, "200", 3, 4);
        assertThat(health.isUsable(4)).isFalse();
        health.probed(Event.PROBE_GOOD, "200", 4, 5);
        assertThat(health.isUsable(5)).isTrue();
    }

    @Test
    void silenceTakesItOutAtOnceAndAnAnswerBringsItBack() {
        health.probed(Event.PROBE_GOOD, "200", 0, 1);

        health.silent(SECOND);
        assertThat(health.isUsable(SECOND)).isFalse();
        assertThat(health.isSuspect()).isTrue();
        assertThat(health.isMute()).isFalse();
        health.succeeded(1, SECOND + 1);

        assertThat(health.isUsable(SECOND + 1)).isTrue();
    }

    @Test
    void aSilentNodeThatDoesNotAnswerAProbeIsMuteUntilItAnswers() {
        health.probed(Event.PROBE_GOOD, "200", 0, 1);
        health.silent(SECOND);

        health.probed(Event.PROBE_FAILED, "timeout", SECOND, SECOND + 5);
        assertThat(health.isMute()).isTrue();
        health.probed(Event.PROBE_GOOD, "200", 2 * SECOND, 2 * SECOND + 1);
        health.probed(Event.PROBE_GOOD, "200", 3 * SECOND, 3 * SECOND + 1);

        assertThat(health.isMute()).isFalse();
        assertThat(health.isUsable(3 * SECOND)).isTrue();
    }

    /** P10: the checker is broken, the nodes are well. */
    @Test
    void aProbeThatFailsWhileRequestsAreAnsweredIsNotBelieved() {
        health.probed(Event.PROBE_GOOD, "200", 0, 1);
        for (int i = 1; i <= 10; i++) {
            health.succeeded(1, i * SECOND);
            health.probed(Event.PROBE_FAILED, "timeout", i * SECOND - 10, i * SECOND + 10);
        }

        assertThat(health.isUsable(11 * SECOND)).isTrue();
        assertThat(health.contradictions()).isEqualTo(10);

        health.probed(Event.PROBE_FAILED, "timeout", 11 * SECOND, 12 * SECOND);
        health.probed(Event.PROBE_FAILED, "timeout", 12 * SECOND, 13 * SECOND);
        assertThat(health.isUsable(13 * SECOND)).isFalse();
    }
}
