package io.isochrone.proxy.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.proxy.http.H1Request;
import io.isochrone.proxy.http.HeaderFields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads collected from pieces, and written from the lines of others. */
final class HeadsTest {
    private static final String HEAD =
            "GET /a HTTP/1.1\r\nHost: h\r\nX-Long: " + "v".repeat(700) + "\r\nLast: l\r\n\r\n";

    private final HeadCollector collector = new HeadCollector();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 511, 512, 513, 2000})
    void collectsAHeadFromPiecesOfAnySize(int size) {
        byte[] sent = ("\r\n\r\n" + HEAD + "body").getBytes(StandardCharsets.US_ASCII);
        ByteBuf in = Unpooled.buffer();
        int at = 0;
        while (!collector.collect(in, 100, 4096)) {
            assertThat(collector.violation()).isNull();
            int n = Math.min(size, sent.length - at);
            in.writeBytes(sent, at, n);
            at += n;
        }

        assertThat(new String(collector.head(), 0, collector.length(), StandardCharsets.US_ASCII))
                .isEqualTo(HEAD);
        in.writeBytes(sent, at, sent.length - at);
        assertThat(in.toString(StandardCharsets.US_ASCII)).isEqualTo("body");
    }

    @Test
    void collectsOneHeadAfterTheOther() {
        ByteBuf in = Unpooled.copiedBuffer(HEAD + HEAD.replace("/a", "/b"), StandardCharsets.US_ASCII);

        assertThat(collector.collect(in, 100, 4096)).isTrue();
        assertThat(collector.head()[5]).isEqualTo((byte) 'a');
        assertThat(collector.collect(in, 100, 4096)).isTrue();
        assertThat(collector.head()[5]).isEqualTo((byte) 'b');
        assertThat(in.isReadable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0b1111, 0b1011, 0b0101, 0b1000, 0b0001, 0b0110, 0})
    void writesTheLinesThatAreAskedForAndNoOthers(int asked) {
        String[] lines = {"Host: h\r\n", "A:  1 \r\n", "B: 2\r\n", "C: \r\n"};
        byte[] head = ("GET / HTTP/1.1\r\n" + String.join("", lines) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        H1Request request = new H1Request();
        assertThat(request.parse(head, head.length, 100, 100)).isNull();
        HeaderFields fields = request.fields();
        ByteBuf out = Unpooled.buffer();
        HeadWriter writer = new HeadWriter().into(out).text("X").endLine();
        StringBuilder expected = new StringBuilder("X\r\n");
        for (int i = 0; i < lines.length; i++) {
            if ((asked >> i & 1) != 0) {
                writer.line(fields, i);
                expected.append(lines[i].stripTrailing())
                        .append(i == 3 ? " " : "")
                        .append("\r\n");
            }
        }
        writer.add("End", "e");
        writer.endHead();

        assertThat(out.toString(StandardCharsets.US_ASCII)).isEqualTo(expected + "End: e\r\n\r\n");
    }
}
