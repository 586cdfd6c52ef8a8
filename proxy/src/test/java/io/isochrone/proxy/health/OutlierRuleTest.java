package io.isochrone.proxy.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OutlierRuleTest {
    private static long[] numbers(String text) {
        return Arrays.stream(text.split(" ")).mapToLong(Long::parseLong).toArray();
    }

    @ParameterizedTest
    @CsvSource({
        // answers of each node, bad ones, which is the outlier
        "100 100, 60 0, 0",
        "100 100, 0 60, 1",
        "100 100 100, 2 51 3, 1",
        "100 100 100, 0 60 90, -1",
        "100 100, 50 0, -1",
        "100 100, 60 10, -1",
        "100 100, 60 9, 0",
        "100 100, 100 100, -1",
        "9 100, 9 0, -1",
        "10 100, 10 0, 0",
        "100 9, 100 0, -1",
        "100 10, 100 0, 0",
        "0 100, 0 100, -1",
        "100, 100, -1",
        "100 200 4000, 80 120 0, 0"
    })
    void findsWhoIsMuchWorseThanTheOthersTogether(String answers, String bad, int outlier) {
        assertThat(OutlierRule.find(numbers(answers), numbers(bad))).isEqualTo(outlier);
    }
}
