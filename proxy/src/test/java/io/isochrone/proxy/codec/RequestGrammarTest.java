package io.isochrone.proxy.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The request grammar, a row per rule, in whatever pieces the bytes arrive. */
final class RequestGrammarTest {
    static List<RequestCorpus> rows() {
        return RequestCorpus.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void readsOrRefusesEveryMessageAsTheRuleSays(RequestCorpus row) {
        assertThat(RequestReader.readWhole(row.bytes())).isEqualTo(row.expected());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void readsTheSameByteByByte(RequestCorpus row) {
        RequestReader reader = new RequestReader(Limits.DEFAULTS);

        row.bytes().chars().forEach(c -> reader.feed(String.valueOf((char) c)));

        assertThat(reader.seen()).isEqualTo(row.expected());
    }

    @Test
    void readsTheSameInTwoPiecesWhereverTheyPart() {
        for (RequestCorpus row : rows()) {
            if (row.bytes().length() > 1000) {
                continue;
            }
            for (int at = 1; at < row.bytes().length(); at++) {
                List<String> seen = new RequestReader(Limits.DEFAULTS)
                        .feed(row.bytes().substring(0, at))
                        .feed(row.bytes().substring(at))
                        .seen();
                assertThat(seen).as("%s, parted at %d", row, at).isEqualTo(row.expected());
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void readsPipelinedRequestsTheSameInRandomPieces(long seed) {
        Random random = new Random(seed);
        List<String> good = rows().stream()
                .filter(row -> row.expected().size() == 2)
                .map(RequestCorpus::bytes)
                .toList();
        for (int round = 0; round < 50; round++) {
            StringBuilder all = new StringBuilder();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                String one = good.get(random.nextInt(good.size()));
                all.append(one);
                expected.addAll(RequestReader.readWhole(one));
            }
            RequestReader reader = new RequestReader(Limits.DEFAULTS);
            int at = 0;
            while (at < all.length()) {
                int end = Math.min(all.length(), at + 1 + random.nextInt(random.nextBoolean() ? 4 : 200));
                reader.feed(all.substring(at, end));
                at = end;
            }
            assertThat(reader.seen()).isEqualTo(expected);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13, 14})
    void neverThrowsAndNeverReadsPastAViolationWhateverIsDamaged(long seed) {
        Random random = new Random(seed);
        List<RequestCorpus> rows = rows();
        for (int round = 0; round < 5000; round++) {
            StringBuilder bytes =
                    new StringBuilder(rows.get(random.nextInt(rows.size())).bytes());
            for (int i = 0; i < 3; i++) {
                int at = random.nextInt(bytes.length());
                switch (random.nextInt(3)) {
                    case 0 -> bytes.setCharAt(at, (char) random.nextInt(256));
                    case 1 -> bytes.deleteCharAt(at);
                    default -> bytes.insert(at, "\r\n \t:;,%\0x".charAt(random.nextInt(10)));
                }
            }
            int cut = random.nextInt(bytes.length());
            RequestReader pieces = new RequestReader(Limits.DEFAULTS)
                    .feed(bytes.substring(0, cut))
                    .feed(bytes.substring(cut));

            List<String> whole = RequestReader.readWhole(bytes.toString());

            assertThat(pieces.seen()).as(bytes.toString()).isEqualTo(whole);
            assertThat(whole.stream().filter(line -> line.startsWith("!")).count())
                    .isLessThanOrEqualTo(1);
        }
    }
}
