package io.isochrone.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.proxy.outcome.ConnectionFault;
import org.junit.jupiter.api.Test;

/** What a connection may do in 30 seconds. */
final class FrameBudgetTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void oneMoreThanTheBoundIsTooMany() {
        FrameBudget budget = new FrameBudget(1, 5);

        for (int i = 0; i < ConnectionFault.RESETS.bound(); i++) {
            assertThat(budget.exceeds(ConnectionFault.RESETS, 6)).isFalse();
        }

        assertThat(budget.exceeds(ConnectionFault.RESETS, 7)).isTrue();
        assertThat(budget.exceeds(ConnectionFault.STALLS, 7)).isFalse();
    }

    @Test
    void aNewWindowForgetsTheLast() {
        FrameBudget budget = new FrameBudget(1, Long.MAX_VALUE - SECOND);

        for (int i = 0; i < 10 * ConnectionFault.STALLS.bound(); i++) {
            long now = Long.MAX_VALUE + 30 * SECOND * (i / ConnectionFault.STALLS.bound());
            assertThat(budget.exceeds(ConnectionFault.STALLS, now)).isFalse();
        }
    }

    @Test
    void whatWasEarnedIsBorneOfControlFramesUntilTheWindowTurns() {
        FrameBudget budget = new FrameBudget(1, 0);
        budget.earn(3);
        int bound = ConnectionFault.CONTROL_FRAMES.bound();

        for (int i = 0; i < bound + 3; i++) {
            assertThat(budget.exceeds(ConnectionFault.CONTROL_FRAMES, 1)).isFalse();
        }
        assertThat(budget.exceeds(ConnectionFault.CONTROL_FRAMES, 1)).isTrue();

        for (int i = 0; i < bound; i++) {
            assertThat(budget.exceeds(ConnectionFault.CONTROL_FRAMES, 30 * SECOND))
                    .isFalse();
        }
        assertThat(budget.exceeds(ConnectionFault.CONTROL_FRAMES, 30 * SECOND)).isTrue();
    }
}
