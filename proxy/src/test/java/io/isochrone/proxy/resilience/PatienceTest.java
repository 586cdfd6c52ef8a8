package io.isochrone.proxy.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PatienceTest {
    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private static Patience settled(long millis, long jitterMillis, int seed) {
        Patience patience = new Patience();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            patience.answered(millis(millis) + (long) (random.nextDouble() * millis(jitterMillis)));
        }
        return patience;
    }

    @Test
    void itIsAFractionOfASecondForANearNodeAndMoreForAFarOne() {
        assertThat(settled(20, 2, 1).boundNanos()).isBetween(millis(70), millis(75));
        assertThat(settled(180, 4, 1).boundNanos()).isBetween(millis(230), millis(240));
    }

    @Test
    void itGrowsWithTheSpreadOfAnswers() {
        assertThat(settled(20, 200, 1).boundNanos()).isGreaterThan(millis(200));
    }

    @Test
    void beforeTheFirstAnswerItIsASecond() {
        assertThat(new Patience().boundNanos()).isEqualTo(Patience.UNKNOWN_NANOS);
    }

    @Test
    void bothTheNodesSilenceAndTheOldestWaitMustBeTooLong() {
        Patience patience = settled(20, 0, 1);
        long now = millis(10_000);

        assertThat(patience.isOver(now - millis(80), now - millis(80), now)).isTrue();
        assertThat(patience.isOver(now - millis(5), now - millis(3000), now)).isFalse();
        assertThat(patience.isOver(now - millis(3000), now - millis(5), now)).isFalse();
    }

    @Test
    void aFalseAlarmMakesItMorePatientForAWhileAndNeverWithoutBound() {
        Patience patience = settled(20, 0, 1);
        long usual = patience.boundNanos();

        patience.excused();
        assertThat(patience.boundNanos()).isEqualTo(2 * usual);
        for (int i = 0; i < Patience.FORGIVEN; i++) {
            patience.answered(millis(20));
        }
        assertThat(patience.boundNanos()).isEqualTo(usual);

        for (int i = 0; i < 100; i++) {
            patience.excused();
        }
        assertThat(patience.boundNanos()).isLessThanOrEqualTo(Patience.MOST_NANOS);
    }

    @Test
    void aStreamOfAnswersThatStopsIsNoticedSoonerThanTheirSpreadWouldLet() {
        Patience patience = settled(20, 200, 1);
        for (int i = 0; i < 200; i++) {
            patience.heardAfter(millis(1));
        }

        assertThat(patience.stoppedNanos()).isEqualTo(millis(50));
        assertThat(patience.boundNanos()).isGreaterThan(millis(200));
        patience.excused();
        assertThat(patience.stoppedNanos()).isEqualTo(millis(100));
    }

    @Test
    void whereAnswersAreRareTheirGapsSayLittle() {
        Patience patience = settled(20, 0, 1);
        for (int i = 0; i < 100; i++) {
            patience.heardAfter(millis(300));
        }

        assertThat(patience.stoppedNanos()).isEqualTo(Patience.MOST_NANOS);
    }
}
