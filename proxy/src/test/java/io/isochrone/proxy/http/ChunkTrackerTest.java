package io.isochrone.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chunk framing, a row per rule of RFC 9112 7.1; {@code |} stands for CRLF, {@code ~} for a line feed alone. */
final class ChunkTrackerTest {
    private static @Nullable Violation run(ChunkTracker tracker, String text) {
        for (byte b :
                text.replace("|", "\r\n").replace("~", "\n").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)) {
            if (tracker.dataRemaining() > 0) {
                tracker.skip(1);
            } else if (!tracker.accept(b)) {
                return tracker.violation();
            }
        }
        return null;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"5|hello|0||", "1|a|1|b|0||", "A|0123456789|0|X: y|Z: w||", "0||", "00000|| "})
    void endsWhereTheBodyEnds(String text) {
        ChunkTracker tracker = new ChunkTracker();

        assertThat(run(tracker, text.trim())).isNull();

        assertThat(tracker.isDone()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "CHUNK_SIZE!0x5|",
                "CHUNK_SIZE!+5|",
                "CHUNK_SIZE!-5|",
                "CHUNK_SIZE!' 5|'",
                "CHUNK_SIZE!5 |",
                "CHUNK_SIZE!|",
                "CHUNK_SIZE!1234567890123456|",
                "CHUNK_EXTENSION!5;a~",
                "CHUNK_END!5|hello0|",
                "CHUNK_END!5|hello~",
                "TRAILER!0|Content-Length: 5||",
                "TRAILER!0|transfer-encoding: chunked||",
                "TRAILER!0|X-Forwarded-For: 1||",
                "TRAILER!0|bad name: 1||",
                "TRAILER!0|X: 1~"
            })
    void refuses(Violation expected, String text) {
        assertThat(run(new ChunkTracker(), text)).isEqualTo(expected);
    }
}
