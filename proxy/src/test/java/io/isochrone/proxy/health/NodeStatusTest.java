package io.isochrone.proxy.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Probing;
import io.isochrone.proxy.health.NodeState.Event;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NodeStatusTest {
    private static final Probing PROBING = new Probing(
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            2,
            2,
            Duration.ofSeconds(5),
            Duration.ofSeconds(40),
            Duration.ofSeconds(8));
    private static final List<Event> EVENTS = List.of(Event.values());
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** A status in each state, made by events, at time 0. */
    private static NodeStatus in(NodeState state) {
        NodeStatus fresh = NodeStatus.unknown(-SECOND);
        NodeStatus up = fresh.after(Event.PROBE_GOOD, "200", -SECOND, PROBING);
        return switch (state) {
            case NEW -> fresh;
            case UP -> up;
            case SUSPECT -> up.after(Event.SILENCE, "silent", 0, PROBING);
            case DOWN -> up.after(Event.ATTEMPT_LOST, "lost", 0, PROBING);
            case RAMP ->
                up.after(Event.ATTEMPT_LOST, "lost", -SECOND, PROBING)
                        .after(Event.PROBE_GOOD, "200", -SECOND / 2, PROBING)
                        .after(Event.PROBE_GOOD, "200", 0, PROBING);
            case DRAINING -> up.after(Event.PROBE_DRAINING, "draining", 0, PROBING);
        };
    }

    @ParameterizedTest
    @CsvSource({
        // state, event, after the first, after the second of its kind
        "NEW, PROBE_GOOD, UP, UP",
        "NEW, PROBE_FAILED, DOWN, DOWN",
        "NEW, PROBE_REFUSED, DOWN, DOWN",
        "NEW, PROBE_DRAINING, DRAINING, DRAINING",
        "NEW, ATTEMPT_LOST, DOWN, DOWN",
        "NEW, ATTEMPT_REFUSED, DOWN, DOWN",
        "NEW, OUTLIER, DOWN, DOWN",
        "NEW, SILENCE, SUSPECT, SUSPECT",
        "NEW, ANSWER, NEW, NEW",
        "UP, PROBE_GOOD, UP, UP",
        "UP, PROBE_FAILED, UP, DOWN",
        "UP, PROBE_REFUSED, UP, DOWN",
        "UP, PROBE_DRAINING, DRAINING, DRAINING",
        "UP, ATTEMPT_LOST, DOWN, DOWN",
        "UP, ATTEMPT_REFUSED, DOWN, DOWN",
        "UP, OUTLIER, DOWN, DOWN",
        "UP, SILENCE, SUSPECT, SUSPECT",
        "UP, ANSWER, UP, UP",
        "SUSPECT, PROBE_GOOD, UP, UP",
        "SUSPECT, PROBE_FAILED, DOWN, DOWN",
        "SUSPECT, PROBE_REFUSED, DOWN, DOWN",
        "SUSPECT, PROBE_DRAINING, DRAINING, DRAINING",
        "SUSPECT, ATTEMPT_LOST, DOWN, DOWN",
        "SUSPECT, ATTEMPT_REFUSED, DOWN, DOWN",
        "SUSPECT, OUTLIER, DOWN, DOWN",
        "SUSPECT, SILENCE, SUSPECT, SUSPECT",
        "SUSPECT, ANSWER, UP, UP",
        "DOWN, PROBE_GOOD, DOWN, RAMP",
        "DOWN, PROBE_FAILED, DOWN, DOWN",
        "DOWN, PROBE_REFUSED, DOWN, DOWN",
        "DOWN, PROBE_DRAINING, DRAINING, DRAINING",
        "DOWN, ATTEMPT_LOST, DOWN, DOWN",
        "DOWN, ATTEMPT_REFUSED, DOWN, DOWN",
        "DOWN, OUTLIER, DOWN, DOWN",
        "DOWN, SILENCE, DOWN, DOWN",
        "DOWN, ANSWER, DOWN, DOWN",
        "RAMP, PROBE_GOOD, RAMP, RAMP",
        "RAMP, PROBE_FAILED, RAMP, DOWN",
        "RAMP, PROBE_REFUSED, RAMP, DOWN",
        "RAMP, PROBE_DRAINING, DRAINING, DRAINING",
        "RAMP, ATTEMPT_LOST, DOWN, DOWN",
        "RAMP, ATTEMPT_REFUSED, DOWN, DOWN",
        "RAMP, OUTLIER, DOWN, DOWN",
        "RAMP, SILENCE, SUSPECT, SUSPECT",
        "RAMP, ANSWER, RAMP, RAMP",
        "DRAINING, PROBE_GOOD, DRAINING, UP",
        "DRAINING, PROBE_FAILED, DRAINING, DOWN",
        "DRAINING, PROBE_REFUSED, DRAINING, DOWN",
        "DRAINING, PROBE_DRAINING, DRAINING, DRAINING",
        "DRAINING, ATTEMPT_LOST, DRAINING, DRAINING",
        "DRAINING, ATTEMPT_REFUSED, DRAINING, DRAINING",
        "DRAINING, OUTLIER, DRAINING, DRAINING",
        "DRAINING, SILENCE, DRAINING, DRAINING",
        "DRAINING, ANSWER, DRAINING, DRAINING"
    })
    void everyEventInEveryState(NodeState from, Event event, NodeState first, NodeState second) {
        NodeStatus once = in(from).after(event, "test", SECOND, PROBING);
        NodeStatus twice = once.after(event, "test", SECOND + SECOND / 2, PROBING);

        assertThat(once.state()).isEqualTo(first);
        assertThat(twice.state()).isEqualTo(second);
    }

    @Test
    void aSuspectThatWasRampingGoesOnRamping() {
        NodeStatus suspect = in(NodeState.RAMP).after(Event.SILENCE, "silent", 4 * SECOND, PROBING);

        NodeStatus cleared = suspect.after(Event.PROBE_GOOD, "200", 5 * SECOND, PROBING);

        assertThat(cleared.state()).isEqualTo(NodeState.RAMP);
        assertThat(cleared.share(5 * SECOND, PROBING)).isEqualTo(5.0 / 8);
    }

    @Test
    void theShareGrowsAndThenTheRampIsOver() {
        NodeStatus ramp = in(NodeState.RAMP);

        assertThat(ramp.share(0, PROBING)).isEqualTo(0.05);
        assertThat(ramp.share(4 * SECOND, PROBING)).isEqualTo(0.5);
        assertThat(ramp.share(9 * SECOND, PROBING)).isEqualTo(1);
        assertThat(ramp.after(Event.PROBE_GOOD, "200", 8 * SECOND, PROBING).state())
                .isEqualTo(NodeState.UP);
        assertThat(in(NodeState.UP).share(0, PROBING)).isEqualTo(1);
        assertThat(in(NodeState.SUSPECT).share(0, PROBING)).isZero();
    }

    @Test
    void whoFallsAgainSoonIsHeldDownLongerEachTimeUntilItHasBeenWellForLong() {
        NodeStatus status = in(NodeState.UP);
        long now = 0;
        long[] holds = new long[6];
        for (int i = 0; i < holds.length; i++) {
            status = status.after(Event.ATTEMPT_LOST, "lost", now, PROBING);
            holds[i] = status.holdNanos() / SECOND;
            while (status.state() == NodeState.DOWN) {
                now += SECOND / 2;
                status = status.after(Event.PROBE_GOOD, "200", now, PROBING);
            }
        }
        assertThat(holds).containsExactly(0, 5, 10, 20, 40, 40);

        for (int i = 0; i < 200; i++) {
            now += SECOND;
            status = status.after(Event.PROBE_GOOD, "200", now, PROBING);
        }
        assertThat(status.after(Event.ATTEMPT_LOST, "lost", now, PROBING).holdNanos())
                .isZero();
    }

    @Test
    void aBreakInTheRunOfGoodProbesBeginsTheHoldDownAnew() {
        NodeStatus status = in(NodeState.RAMP).after(Event.ATTEMPT_LOST, "lost", SECOND, PROBING);
        assertThat(status.holdNanos()).isEqualTo(5 * SECOND);

        status = status.after(Event.PROBE_GOOD, "200", 2 * SECOND, PROBING);
        status = status.after(Event.PROBE_FAILED, "timeout", 6 * SECOND, PROBING);
        status = status.after(Event.PROBE_GOOD, "200", 7 * SECOND, PROBING);
        status = status.after(Event.PROBE_GOOD, "200", 8 * SECOND, PROBING);
        assertThat(status.state()).isEqualTo(NodeState.DOWN);

        status = status.after(Event.PROBE_GOOD, "200", 12 * SECOND, PROBING);
        assertThat(status.state()).isEqualTo(NodeState.RAMP);
    }

    /** P11: two seconds bad, two seconds good, for two minutes. */
    @Test
    void whoFlapsIsLeftAloneAfterItsFirstRelapse() {
        NodeStatus status = in(NodeState.UP);
        int falls = 0;
        for (long now = 0; now < 120 * SECOND; now += SECOND / 2) {
            boolean good = now / (2 * SECOND) % 2 == 1;
            NodeStatus before = status;
            Event probe = good ? Event.PROBE_GOOD : Event.PROBE_FAILED;
            status = status.after(probe, "probe", now, PROBING);
            if (!good && status.state().isUsable()) {
                status = status.after(Event.ATTEMPT_LOST, "lost", now, PROBING);
            }
            falls += before.state().isUsable() && !status.state().isUsable() ? 1 : 0;
        }
        assertThat(falls).isEqualTo(2);
        assertThat(status.state()).isEqualTo(NodeState.DOWN);
    }

    /** P11: probes are good, and every request that is let in is lost. */
    @Test
    void whoAnswersProbesOnlyGetsFewerAndFewerChances() {
        NodeStatus status = in(NodeState.UP);
        int chances = 0;
        for (long now = 0; now < 300 * SECOND; now += SECOND / 2) {
            status = status.after(Event.PROBE_GOOD, "200", now, PROBING);
            if (status.state().isUsable()) {
                chances++;
                status = status.after(Event.ATTEMPT_LOST, "lost", now, PROBING);
            }
        }
        assertThat(chances).isLessThan(12);
    }

    @Test
    void anySequenceOfEventsKeepsTheRules() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            NodeStatus status = NodeStatus.unknown(0);
            long now = 0;
            for (int i = 0; i < 300; i++) {
                now += random.nextInt(3000) * 1_000_000L;
                Event event = EVENTS.get(random.nextInt(EVENTS.size()));
                NodeStatus next = status.after(event, event.name(), now, PROBING);
                String at = "seed " + seed + " step " + i + " " + status + " " + event;
                if (status.state() == NodeState.DOWN && next.state().isUsable()) {
                    assertThat(event).as(at).isEqualTo(Event.PROBE_GOOD);
                    assertThat(next.state()).as(at).isEqualTo(NodeState.RAMP);
                }
                assertThat(next.holdNanos()).as(at).isBetween(0L, 40 * SECOND);
                assertThat(next.share(now, PROBING)).as(at).isBetween(0.0, 1.0);
                assertThat(next.mute() && next.state() != NodeState.DOWN).as(at).isFalse();
                status = next;
            }
        }
    }
}
