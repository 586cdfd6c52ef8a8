package io.isochrone.router.latency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class InflationTest {
    @Test
    void oneStraySampleMovesNothing() {
        Inflation inflation = new Inflation();
        for (int i = 0; i < 10; i++) {
            inflation.sample(20, 20);
        }

        assertThat(inflation.sample(900, 20)).isZero();
    }

    @Test
    void aColdStartMovesNothing() {
        Inflation inflation = new Inflation();

        assertThat(inflation.sample(300, 20)).isZero();
        assertThat(inflation.sample(200, 20)).isZero();
        assertThat(inflation.sample(21, 20)).isZero();
    }

    @Test
    void jumpsUpAtOnceAndComesDownSlowly() {
        Inflation inflation = new Inflation();
        for (int i = 0; i < 3; i++) {
            inflation.sample(20, 20);
        }
        inflation.sample(220, 20);
        inflation.sample(220, 20);

        assertThat(inflation.sample(220, 20)).isEqualTo(200);
        assertThat(inflation.sample(20, 20)).isBetween(150.0, 200.0);
        for (int i = 0; i < 60; i++) {
            inflation.sample(20, 20);
        }
        assertThat(inflation.published()).isLessThan(11);
    }

    @Test
    void jitterOfTenMillisecondsNeverMovesItSeed3() {
        Inflation inflation = new Inflation();
        Random random = new Random(3);
        for (int i = 0; i < 3; i++) {
            inflation.sample(50, 50);
        }
        for (int i = 0; i < 10_000; i++) {
            assertThat(inflation.sample(50 + random.nextDouble() * 20 - 10, 50)).isZero();
        }
    }
}
