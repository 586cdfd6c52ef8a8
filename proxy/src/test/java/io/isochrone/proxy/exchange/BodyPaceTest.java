package io.isochrone.proxy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class BodyPaceTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long WINDOW = 10 * SECOND;
    private static final long RATE = 100;

    private final BodyPace pace = new BodyPace(0);

    private boolean slow(long bytes, boolean held, long second) {
        return pace.isTooSlow(bytes, held, RATE, WINDOW, second * SECOND);
    }

    @Test
    void saysNothingWithinAWindow() {
        assertThat(slow(0, false, 9)).isFalse();
    }

    @Test
    void theRateItselfIsEnoughAndAByteLessIsNot() {
        assertThat(slow(1000, false, 10)).isFalse();
        assertThat(slow(1999, false, 20)).isTrue();
    }

    @Test
    void whatCameBeforeTheWindowDoesNotCount() {
        assertThat(slow(1_000_000, false, 10)).isFalse();
        assertThat(slow(1_000_010, false, 20)).isTrue();
    }

    @Test
    void aWindowInWhichTheClientHadToWaitBeginsAnew() {
        assertThat(slow(0, true, 9)).isFalse();
        assertThat(slow(0, false, 18)).isFalse();
        assertThat(slow(0, false, 19)).isTrue();
    }

    @Test
    void aLateLookCountsTheTimeThatPassed() {
        assertThat(slow(1000, false, 11)).isTrue();
    }
}
