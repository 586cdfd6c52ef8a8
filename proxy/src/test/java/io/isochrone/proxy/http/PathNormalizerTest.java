package io.isochrone.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths in normal form, and all that two servers could read differently. */
final class PathNormalizerTest {
    private static final List<String> HAZARDS = List.of(
            ".",
            "..",
            "%2e",
            "%2E",
            "%2e%2e",
            "%2E%2e",
            ".%2e",
            "%2e.",
            "..;",
            "..;x",
            "..;x=1",
            ".;",
            ".;x",
            ";",
            ";x",
            "%2e%2e;x",
            "..%3b",
            "..%3Bx",
            "..%3fx",
            "..%23x",
            "..%20",
            ".%20",
            "..%25",
            "a%2fb",
            "a%2Fb",
            "%2f",
            "..%2f",
            "%2e%2e%2f",
            "a%5cb",
            "a%5Cb",
            "a\\b",
            "\\",
            "..\\",
            "..%5c",
            "%00",
            "a%00",
            "a%00.x",
            "..%00",
            "%01",
            "%09",
            "%0a",
            "%0d%0a",
            "%1f",
            "%7f",
            "%252e",
            "%252e%252e",
            "%252f",
            "%255c",
            "%2500",
            "%25%32%65",
            "%252%65",
            "%25%32e",
            "%2525",
            "%",
            "a%",
            "%2",
            "a%2",
            "%zz",
            "%2g",
            "%g2",
            "%%32e",
            "%u002e",
            "%-1",
            "%c0%ae",
            "%c0%ae%c0%ae",
            "%c0%af",
            "%C0%AF",
            "%c1%9c",
            "%e0%80%ae",
            "%e0%80%af",
            "%f0%80%80%ae");
    private static final List<String> PLACES =
            List.of("/S", "/S/secret", "/open/S", "/open/S/", "/open/S/secret", "/open/a/S/b?q=1", "/open/S?x=/../");

    static List<String> refused() {
        List<String> paths = new ArrayList<>();
        for (String hazard : HAZARDS) {
            for (String place : PLACES) {
                paths.add(place.replace("S", hazard));
            }
        }
        paths.addAll(
                List.of("", "a", "a/b", "?", "?a", "//", "//a", "/a//", "/a//b", "/open//secret", "///", "/a/;/b"));
        return paths;
    }

    @Test
    void hasAWideCorpus() {
        assertThat(refused()).hasSizeGreaterThan(400);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesWhatCouldBeReadInTwoWays(String path) {
        assertThat(PathNormalizer.normalize(path)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a",
                "/a/",
                "/a/b",
                "/a/b/",
                "/a.b",
                "/...",
                "/....",
                "/.a",
                "/..a",
                "/a.",
                "/a..",
                "/.a/..b/c..",
                "/a;x=1",
                "/a;x=1/b;y",
                "/a;..",
                "/a:b@c",
                "/a,b&c=d+e$f!g*h(i)'j",
                "/~u",
                "/a-b_c",
                "/%20",
                "/a%20b",
                "/%3A",
                "/%3Fa",
                "/%23",
                "/%E2%82%AC",
                "/caf%C3%A9",
                "/caf%E9",
                "/%E0%A4%85",
                "/%F0%9F%98%80",
                "/100%25",
                "/%25/a",
                "/%25zz",
                "/a?",
                "/a?b",
                "/a?x=../..",
                "/a?x=%2e%2e%2f",
                "/a?%",
                "/a?%zz",
                "/a?b?c",
                "/a?//",
                "/?",
                "/a?\\"
            })
    void leavesNormalPathsAsTheyAre(String path) {
        assertThat(PathNormalizer.normalize(path)).isSameAs(path);
    }

    @ParameterizedTest
    @CsvSource({
        "/%41, /A",
        "/%7e, /~",
        "/%2da%5f, /-a_",
        "/a%2eb, /a.b",
        "/%2e%2e%2e, /...",
        "/%3a, /%3A",
        "/%e2%82%ac, /%E2%82%AC",
        "/a%3ab?c=%3a, /a%3Ab?c=%3a",
        "/%61?%61, /a?%61"
    })
    void makesOneFormOfTheHarmless(String path, String normal) {
        assertThat(PathNormalizer.normalize(path)).isEqualTo(normal);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {21, 22, 23, 24, 25})
    void noAcceptedPathLeavesItsFirstSegmentHoweverLenientTheServerBehind(long seed) {
        Random random = new Random(seed);
        List<String> parts = List.of(
                "/", "/", ".", ".", "..", "%2e", "%2E", "%", "25", "2", "e", "f", "%25", "%32", "%65", "%2f", "%5c",
                "\\", ";", "%3b", "%3f", "%23", "%20", "%00", "a", "b", "?", "%c0", "%ae", "%e0", "%80", "%af");
        int accepted = 0;
        for (int round = 0; round < 20_000; round++) {
            StringBuilder path = new StringBuilder("/open/a");
            int length = 1 + random.nextInt(8);
            for (int i = 0; i < length; i++) {
                path.append(parts.get(random.nextInt(parts.size())));
            }
            String normal = PathNormalizer.normalize(path.toString());
            if (normal != null) {
                accepted++;
                assertThat(PathNormalizer.normalize(normal))
                        .as("twice: %s", path)
                        .isEqualTo(normal);
                for (int decodings = 0; decodings < 3; decodings++) {
                    assertThat(asALenientServerReads(normal, decodings))
                            .as("%s as %s, decoded %d times", path, normal, decodings)
                            .startsWith("/open/a");
                }
            }
        }
        assertThat(accepted).isGreaterThan(1000);
    }

    /** Decodes, cuts off what follows a question mark, number sign or NUL and path parameters, turns backslashes, resolves dots. */
    private static String asALenientServerReads(String target, int decodings) {
        String path = cut(target, "?");
        for (int i = 0; i < decodings; i++) {
            path = decode(path);
        }
        path = cut(cut(cut(path, "?"), "#"), "\0").replace('\\', '/');
        Deque<String> segments = new ArrayDeque<>();
        for (String segment : path.split("/", -1)) {
            String plain = cut(segment, ";").stripTrailing();
            if (plain.equals("..")) {
                segments.pollLast();
            } else if (!plain.isEmpty() && !plain.equals(".")) {
                segments.addLast(plain);
            }
        }
        return "/" + String.join("/", segments);
    }

    private static String cut(String text, String at) {
        int index = text.indexOf(at);
        return index < 0 ? text : text.substring(0, index);
    }

    private static String decode(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
            if (text.charAt(i) == '%' && high >= 0 && low >= 0) {
                int value = high << 4 | low;
                boolean overlong =
                        (value == 0xc0 || value == 0xc1) && text.startsWith("%", i + 3) && i + 5 < text.length();
                int next = overlong ? Integer.parseInt(text.substring(i + 4, i + 6), 16) : 0;
                out.append((char) (overlong ? (value & 1) << 6 | next & 0x3f : value));
                i += overlong ? 5 : 2;
            } else {
                out.append(text.charAt(i));
            }
        }
        return out.toString();
    }
}
