package io.isochrone.config.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiMatcherTest {
    private static Api api(String path) {
        return new Api(path, path, List.of(), Map.of(), false);
    }

    private static String match(ApiMatcher matcher, String path) {
        Api api = matcher.match(path);
        return api == null ? "none" : api.path();
    }

    @ParameterizedTest
    @CsvSource({
        "/a, /a",
        "/a/, /a",
        "/a/x, /a",
        "/a/b, /a/b",
        "/a/b/, /a/b",
        "/a/b/c/d, /a/b",
        "/a/bc, /a",
        "/ab, none",
        "/A, none",
        "/, none",
        "/b, none",
    })
    void takesTheLongestPrefixOfWholeSegments(String path, String expected) {
        assertThat(match(new ApiMatcher(List.of(api("/a"), api("/a/b"))), path)).isEqualTo(expected);
    }

    @Test
    void theEmptyPrefixTakesWhatNoOtherTakes() {
        ApiMatcher matcher = new ApiMatcher(List.of(api(""), api("/a")));

        assertThat(match(matcher, "/a")).isEqualTo("/a");
        assertThat(match(matcher, "/ab")).isEmpty();
        assertThat(match(matcher, "/")).isEmpty();
        assertThat(match(matcher, "*")).isEmpty();
    }

    @Test
    void matchesNothingWithoutApis() {
        assertThat(match(new ApiMatcher(List.of()), "/")).isEqualTo("none");
    }

    @Test
    void agreesWithCuttingOffSegmentsWhateverTheOrderSeed3() {
        Random random = new Random(3);
        for (int run = 0; run < 2000; run++) {
            List<String> paths = new ArrayList<>();
            for (int i = random.nextInt(5); i >= 0; i--) {
                String path = randomPath(random);
                if (!paths.contains(path)) {
                    paths.add(path);
                }
            }
            Collections.shuffle(paths, random);
            ApiMatcher matcher =
                    new ApiMatcher(paths.stream().map(ApiMatcherTest::api).toList());
            String asked = randomPath(random) + (random.nextBoolean() ? "/" : "/x");

            String expected = asked;
            while (!paths.contains(expected) && !expected.isEmpty()) {
                expected = expected.substring(0, expected.lastIndexOf('/'));
            }
            assertThat(match(matcher, asked)).isEqualTo(paths.contains(expected) ? expected : "none");
        }
    }

    private static String randomPath(Random random) {
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            path.append('/').append(random.nextBoolean() ? "a" : "ab");
        }
        return path.toString();
    }
}
