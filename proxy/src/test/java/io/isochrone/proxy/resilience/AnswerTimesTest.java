package io.isochrone.proxy.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class AnswerTimesTest {
    private static final long MS = 1_000_000;

    @Test
    void saysNothingBeforeItHasLearned() {
        AnswerTimes times = new AnswerTimes();
        for (int i = 0; i < AnswerTimes.LEAST - 1; i++) {
            times.add(MS);
        }
        assertThat(times.percentileNanos(95)).isEqualTo(Long.MAX_VALUE);

        times.add(MS);

        assertThat(times.percentileNanos(95)).isBetween(MS, MS * 5 / 4 + MS / 4);
    }

    @Test
    void isAtMostAQuarterTooLong() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            AnswerTimes times = new AnswerTimes();
            for (int i = 0; i < 1000; i++) {
                times.add((long) (random.nextDouble() * 100 * MS));
            }
            for (int percent : new int[] {50, 90, 95, 99}) {
                assertThat(times.percentileNanos(percent))
                        .as("seed %d, %d of 100", seed, percent)
                        .isBetween(percent * MS - 6 * MS, (percent + 6) * MS * 5 / 4);
            }
        }
    }

    @Test
    void forgetsWhatIsLongAgo() {
        AnswerTimes times = new AnswerTimes();
        for (int i = 0; i < 10_000; i++) {
            times.add(MS);
        }
        for (int i = 0; i < 2 * AnswerTimes.MOST; i++) {
            times.add(80 * MS);
        }

        assertThat(times.percentileNanos(50)).isBetween(80 * MS, 100 * MS);
    }

    /** What was given up because it took long counts as long: of answers alone, the slowest would be missing more and more. */
    @Test
    void whatIsGivenUpAtItsBoundKeepsTheBoundWhereItIs() {
        AnswerTimes times = new AnswerTimes();
        Random random = new Random(1);
        for (int i = 0; i < 50_000; i++) {
            long takes = (long) (random.nextDouble() * 100 * MS);
            times.add(Math.min(takes, times.percentileNanos(95)));
        }

        assertThat(times.percentileNanos(95)).isBetween(90 * MS, 125 * MS);
    }

    @Test
    void takesAnyTime() {
        AnswerTimes times = new AnswerTimes();
        for (int i = 0; i < AnswerTimes.LEAST; i++) {
            times.add(i % 2 == 0 ? -1 : Long.MAX_VALUE);
        }

        assertThat(times.percentileNanos(50)).isLessThan(MS);
        assertThat(times.percentileNanos(99)).isGreaterThan(30_000 * MS);
    }
}
