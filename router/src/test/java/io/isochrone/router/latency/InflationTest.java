package io.isochrone.router.latency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class InflationTest {
    private static Inflation settled(double millis) {
        Inflation inflation = new Inflation();
        for (int i = 0; i < Inflation.WINDOW; i++) {
            inflation.sample(millis, millis);
        }
        return inflation;
    }

    @Test
    void aStallShorterThanTheWindowMovesNothing() {
        Inflation inflation = settled(110);

        for (int i = 1; i < Inflation.WINDOW; i++) {
            assertThat(inflation.sample(260, 110)).isZero();
        }
        assertThat(inflation.sample(110, 110)).isZero();
    }

    @Test
    void aColdStartMovesNothing() {
        Inflation inflation = new Inflation();

        for (int i = 1; i < Inflation.WINDOW; i++) {
            assertThat(inflation.sample(300, 20)).isZero();
        }
        assertThat(inflation.sample(21, 20)).isZero();
    }

    @Test
    void aLongerPathCountsWhenTheWindowIsFullOfItAndComesDownSlowly() {
        Inflation inflation = settled(20);
        for (int i = 1; i < Inflation.WINDOW; i++) {
            inflation.sample(220, 20);
        }

        assertThat(inflation.sample(220, 20)).isEqualTo(200);
        assertThat(inflation.sample(20, 20)).isBetween(150.0, 200.0);
        for (int i = 0; i < 60; i++) {
            inflation.sample(20, 20);
        }
        assertThat(inflation.published()).isLessThan(11);
    }

    @Test
    void jitterOfTenMillisecondsNeverMovesItSeed3() {
        Inflation inflation = settled(50);
        Random random = new Random(3);
        for (int i = 0; i < 10_000; i++) {
            assertThat(inflation.sample(50 + random.nextDouble() * 20 - 10, 50)).isZero();
        }
    }

    @Test
    void afterAnInterruptionTwoSamplesTellThatTheRegionHasBecomeFar() {
        Inflation inflation = settled(20);

        inflation.interrupted();
        assertThat(inflation.sample(400, 20)).isZero();
        assertThat(inflation.sample(410, 20)).isEqualTo(380);
    }

    @Test
    void afterAnInterruptionThatChangedNothingNothingMoves() {
        Inflation inflation = settled(20);

        inflation.interrupted();
        for (int i = 0; i < 20; i++) {
            assertThat(inflation.sample(i == 0 ? 300 : 20, 20)).isZero();
        }
    }
}
