package io.isochrone.config.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SuggestionTest {
    private static final List<String> WORDS = List.of("name", "tier", "primary", "hop-secret", "additional-locations");

    @ParameterizedTest
    @CsvSource({
        "nam,name",
        "naem,name",
        "TIER,tier",
        "teir,tier",
        "hopsecret,hop-secret",
        "hop_secret,hop-secret",
        "additional-location,additional-locations",
        "secondary,",
        "xyz,",
        "'',"
    })
    void findsWhatWasPerhapsMeant(String written, String word) {
        assertThat(Suggestion.nearest(written, WORDS)).isEqualTo(word);
    }

    @Test
    void doesNotCompareVeryLongWords() {
        assertThat(Suggestion.nearest("n".repeat(100_000), WORDS)).isNull();
    }

    @Test
    void ofEqualsTheFirstWins() {
        assertThat(Suggestion.nearest("rat", List.of("cat", "bat"))).isEqualTo("cat");
    }
}
