package io.isochrone.bench.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class FuzzTest {
    @Test
    void makesTheSameMessagesFromTheSameSeed() {
        for (int seed = 0; seed < 200; seed++) {
            byte[] once = Mutator.frames(true, new SplittableRandom(seed));
            byte[] again = Mutator.frames(true, new SplittableRandom(seed));
            assertThat(Arrays.equals(once, again)).isTrue();
        }
    }

    @Test
    @Tag("system")
    @Timeout(120)
    void brokenMessagesFromBothSidesLeaveTheEngineWellSeed1() throws Exception {
        Fuzz.Result result = new Fuzz(text -> {}).run(TimeUnit.SECONDS.toNanos(6), 1);

        assertThat(result.failure()).isNull();
        assertThat(result.messages()).isPositive();
    }
}
