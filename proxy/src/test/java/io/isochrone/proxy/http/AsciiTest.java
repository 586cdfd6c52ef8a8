package io.isochrone.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Scans by words of eight bytes find what scans byte by byte find. */
final class AsciiTest {
    private static final byte[] STOPS = {'\n', '\r', 0, 0x1f, 0x7f};
    private static final byte[] OTHERS = {
        ' ', '\t', 'a', 'Z', '~', '!', (byte) 0x80, (byte) 0xff, (byte) 0x8a, '\u000b' + 0x20
    };

    @Test
    void findsTheEndOfValuesWhereverItIs() {
        Random random = new Random(7);
        for (int run = 0; run < 20_000; run++) {
            byte[] bytes = bytes(random, 1 + random.nextInt(40));
            int from = random.nextInt(bytes.length);
            bytes[bytes.length - 1] = '\r';
            int expected = from;
            while (Ascii.isValue(bytes[expected])) {
                expected++;
            }

            assertThat(Ascii.valueEnd(bytes, from)).isEqualTo(expected);
        }
    }

    @Test
    void findsLineFeedsWhereverTheyAre() {
        Random random = new Random(8);
        for (int run = 0; run < 20_000; run++) {
            byte[] bytes = bytes(random, random.nextInt(40));
            int from = random.nextInt(bytes.length + 1);
            int end = from + random.nextInt(bytes.length - from + 1);
            int expected = -1;
            for (int i = end - 1; i >= from; i--) {
                expected = bytes[i] == '\n' ? i : expected;
            }

            assertThat(Ascii.indexOfLineFeed(bytes, from, end)).isEqualTo(expected);
        }
    }

    @Test
    void takesNoOtherTokenForAKnownName() {
        for (String name : KnownNames.names()) {
            byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
            for (int at = 0; at < bytes.length; at++) {
                byte right = bytes[at];
                for (int wrong = 0; wrong < 128; wrong++) {
                    bytes[at] = (byte) wrong;
                    if (Ascii.isToken((byte) wrong)) {
                        String found = KnownNames.find(bytes, 0, bytes.length);
                        String meant = new String(bytes, StandardCharsets.US_ASCII).toLowerCase(java.util.Locale.ROOT);
                        assertThat(found).isEqualTo(KnownNames.names().contains(meant) ? meant : null);
                    }
                }
                bytes[at] = right;
            }
        }
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            byte[] kind = random.nextInt(12) == 0 ? STOPS : OTHERS;
            bytes[i] = kind[random.nextInt(kind.length)];
        }
        return bytes;
    }
}
