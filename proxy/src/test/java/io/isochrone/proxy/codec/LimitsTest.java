package io.isochrone.proxy.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import io.isochrone.proxy.http.H1Response;
import io.isochrone.proxy.http.Violation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each limit one below, at and one above it; the answer's status comes from the violation. */
final class LimitsTest {
    private static final Limits LIMITS = new Limits(100, 2000, 10, 1000, 10, 1000, 1000, 8);

    private static List<String> read(String bytes) {
        return new RequestReader(LIMITS).feed(bytes).seen();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1})
    void boundsTheTarget(int more) {
        String target = "/" + "a".repeat(99 + more);

        assertThat(read("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n"))
                .containsExactly(more > 0 ? "! TARGET_TOO_LONG" : "GET " + target);
        assertThat(Violation.TARGET_TOO_LONG.outcome().status()).isEqualTo(414);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1})
    void boundsTheHead(int more) {
        String head = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
        String padding = "x".repeat(2000 + more - head.length() - 4);

        assertThat(read(head + padding + "\r\n\r\n")).containsExactly(more > 0 ? "! HEAD_TOO_LARGE" : "GET /");
        assertThat(Violation.HEAD_TOO_LARGE.outcome().status()).isEqualTo(431);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1})
    void boundsTheNumberOfFields(int more) {
        String fields = "X: y\r\n".repeat(9 + more);

        assertThat(read("GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n"))
                .containsExactly(more > 0 ? "! TOO_MANY_FIELDS" : "GET /");
        assertThat(Violation.TOO_MANY_FIELDS.outcome().status()).isEqualTo(431);
    }

    @Test
    void refusesARequestLineWithoutEndBeforeItEnds() {
        assertThat(read("GET /" + "a".repeat(160))).containsExactly("! TARGET_TOO_LONG");
    }

    @Test
    void refusesAHeadWithoutEndBeforeItEnds() {
        assertThat(read("GET / HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(2000))).containsExactly("! HEAD_TOO_LARGE");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1})
    void boundsTheHeadOfAResponse(int more) {
        HeadCollector collector = new HeadCollector();
        String head = "HTTP/1.1 200 OK\r\nX: ";
        ByteBuf in = Unpooled.copiedBuffer(
                head + "x".repeat(2000 + more - head.length() - 4) + "\r\n\r\n", StandardCharsets.ISO_8859_1);

        assertThat(collector.collect(in, 2000, 2000)).isEqualTo(more <= 0);
        assertThat(collector.violation()).isEqualTo(more > 0 ? Violation.HEAD_TOO_LARGE : null);
        in.release();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1})
    void boundsTheFieldsOfAResponse(int more) {
        byte[] head =
                ("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(10 + more) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);

        assertThat(new H1Response().parse(head, head.length, 10))
                .isEqualTo(more > 0 ? Violation.TOO_MANY_FIELDS : null);
    }
}
