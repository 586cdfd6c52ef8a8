package io.isochrone.proxy.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MemoryPressureTest {
    @ParameterizedTest
    @CsvSource({
        "NONE, 0, NONE",
        "NONE, 599, NONE",
        "NONE, 600, SCARCE",
        "NONE, 799, SCARCE",
        "NONE, 800, FULL",
        "SCARCE, 799, SCARCE",
        "SCARCE, 800, FULL",
        "SCARCE, 500, SCARCE",
        "SCARCE, 499, NONE",
        "FULL, 700, FULL",
        "FULL, 699, SCARCE",
        "FULL, 500, SCARCE",
        "FULL, 499, NONE"
    })
    void goesUpAtItsMarksAndDownAnEighthLower(MemoryPressure.Level before, long held, MemoryPressure.Level after) {
        assertThat(MemoryPressure.next(before, held, 800)).isEqualTo(after);
    }

    @Test
    void remembersWhatWasMeasuredLast() {
        MemoryPressure pressure = new MemoryPressure();
        assertThat(pressure.isScarce()).isFalse();

        pressure.measure(700, 800);
        assertThat(pressure.isScarce()).isTrue();
        assertThat(pressure.isFull()).isFalse();

        pressure.measure(900, 800);
        assertThat(pressure.isScarce() && pressure.isFull()).isTrue();

        pressure.measure(0, 800);
        assertThat(pressure.level()).isEqualTo(MemoryPressure.Level.NONE);
    }

    @Test
    void theBoundIsWhatIsConfiguredOrMostOfWhatThereIs() {
        assertThat(MemoryPressure.bound(5)).isEqualTo(5);
        assertThat(MemoryPressure.bound(0)).isGreaterThan(64 << 20);
    }
}
