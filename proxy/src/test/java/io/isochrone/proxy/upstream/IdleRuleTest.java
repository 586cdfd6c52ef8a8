package io.isochrone.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IdleRuleTest {
    @ParameterizedTest(name = "configured {0} ms, announced {1} s: {2} ms")
    @CsvSource({
        "10000, -1, 10000",
        "10000, 0, 0",
        "10000, 1, 0",
        "10000, 2, 1000",
        "10000, 5, 4000",
        "10000, 11, 10000",
        "10000, 60, 10000",
        "200, -1, 200",
        "200, 2, 200",
        "86400000, 2147483647, 86400000"
    })
    void staysBelowWhatIsConfiguredAndWhatIsAnnounced(long configured, int announced, long limit) {
        assertThat(IdleRule.idleLimitNanos(Duration.ofMillis(configured), announced))
                .isEqualTo(Duration.ofMillis(limit).toNanos());
    }

    @ParameterizedTest(name = "idle {0} of {1}, age {2} of {3}: {4}")
    @CsvSource({
        "0, 10, 0, 100, false",
        "9, 10, 99, 100, false",
        "10, 10, 10, 100, true",
        "11, 10, 11, 100, true",
        "0, 10, 100, 100, true",
        "0, 0, 0, 100, true"
    })
    void endsAConnectionAtItsLimits(long idle, long idleLimit, long age, long maxAge, boolean over) {
        assertThat(IdleRule.isOver(idle, idleLimit, age, maxAge)).isEqualTo(over);
    }

    @Test
    void givesConnectionsThatWereOpenedTogetherAgesThatFillTheSpread() {
        long middle = IdleRule.MAX_AGE.toNanos();
        long spread = middle / 10;

        long[] ages = LongStream.range(0, 1000)
                .map(number -> IdleRule.maxAgeNanos(42, number))
                .toArray();

        assertThat(LongStream.of(ages)).allMatch(age -> Math.abs(age - middle) <= spread);
        assertThat(LongStream.of(ages).map(age -> age / 1_000_000_000L).distinct())
                .hasSizeGreaterThan(100);
        for (int tenth = 0; tenth < 10; tenth++) {
            long from = middle - spread + tenth * spread / 5;
            assertThat(LongStream.of(ages).filter(age -> age >= from && age < from + spread / 5))
                    .as("tenth %d", tenth)
                    .hasSizeBetween(60, 140);
        }
    }

    @Test
    void givesTheSameAgeForTheSameSeedAndNumberAndOthersForOtherSeeds() {
        assertThat(IdleRule.maxAgeNanos(42, 7)).isEqualTo(IdleRule.maxAgeNanos(42, 7));
        assertThat(IdleRule.maxAgeNanos(42, 7)).isNotEqualTo(IdleRule.maxAgeNanos(43, 7));
    }
}
