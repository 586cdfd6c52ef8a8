package io.isochrone.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Response heads by the grammar of RFC 9112 §4. */
final class H1ResponseTest {
    private final H1Response response = new H1Response();

    private @Nullable Violation parse(String head) {
        byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);
        return response.parse(bytes, bytes.length, 100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK",
                "HTTP/1.1 200 ",
                "HTTP/1.1 200",
                "HTTP/1.0 200 OK",
                "HTTP/1.1 100 Continue",
                "HTTP/1.1 599 \u00e9\t!"
            })
    void readsStatusLines(String line) {
        assertThat(parse(line + "\r\nA: b\r\n\r\n")).isNull();

        assertThat(response.status()).isEqualTo(Integer.parseInt(line.substring(9, 12)));
        assertThat(new String(
                        response.bytes(),
                        response.statusStart(),
                        response.statusEnd() - response.statusStart(),
                        StandardCharsets.ISO_8859_1))
                .isEqualTo(line.substring(8));
        assertThat(response.fields().value("a")).isEqualTo("b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1", "HTTP/1.1 20 OK.....", "HTTP/1.1 2000 OK", "HTTP/1.1 099 OK", "HTTP/1.1 600 OK",
                        "HTTP/1.1  200 OK", "HTTP/1.1\t200 OK",
                "HTTP/2.0 200 OK", "HTTP/1.2 200 OK", "http/1.1 200 OK", "HTTP/1.1 +20 OK", "ICY 200 OK......",
                        "HTTP/1.1 200 O\0K", "HTTP/1.1 200\tOK",
                "HTTP/1.1 200 O\rK"
            })
    void refusesStatusLines(String line) {
        assertThat(parse(line + "\r\nA: b\r\n\r\n")).isEqualTo(Violation.STATUS_LINE);
    }

    @ParameterizedTest
    @CsvSource({
        "1.1, ,           true",
        "1.1, close,      false",
        "1.1, keep-alive, true",
        "1.1, 'x, Close', false",
        "1.0, ,           false",
        "1.0, close,      false",
        "1.0, Keep-Alive, true"
    })
    void keepsConnectionsAsVersionAndOptionsSay(String version, @Nullable String option, boolean keeps) {
        assertThat(parse("HTTP/" + version + " 200 OK\r\n" + (option == null ? "" : "Connection: " + option + "\r\n")
                        + "\r\n"))
                .isNull();

        assertThat(response.isKeepAlive()).isEqualTo(keeps);
    }

    @Test
    void knowsResponsesWithoutBody() {
        for (int status : new int[] {100, 103, 199, 204, 304}) {
            assertThat(parse("HTTP/1.1 " + status + " x\r\nContent-Length: 5\r\n\r\n"))
                    .isNull();
            assertThat(response.isBodyless(false)).isTrue();
        }
        assertThat(parse("HTTP/1.1 200 x\r\nContent-Length: 5\r\n\r\n")).isNull();
        assertThat(response.isBodyless(false)).isFalse();
        assertThat(response.isBodyless(true)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "timeout=5,        5",
        "'timeout=5, max=100', 5",
        "'max=9, timeout=15', 15",
        "max=100,          -1",
        "timeout=,         -1",
        "timeout=x,        -1"
    })
    void readsHowLongAnIdleConnectionIsKept(String value, int seconds) {
        assertThat(parse("HTTP/1.1 200 OK\r\nKeep-Alive: " + value + "\r\n\r\n"))
                .isNull();

        assertThat(response.fields().keepAliveSeconds()).isEqualTo(seconds);
    }

    @Test
    void forgetsTheResponseBefore() {
        assertThat(parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\nKeep-Alive: timeout=3\r\n\r\n"))
                .isNull();

        assertThat(parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"))
                .isNull();

        assertThat(response.isKeepAlive()).isTrue();
        assertThat(response.fields().contentLength()).isEqualTo(-1);
        assertThat(response.fields().keepAliveSeconds()).isEqualTo(-1);
        assertThat(response.fields().isChunked()).isTrue();
        assertThat(response.fields().count()).isEqualTo(1);
    }

    @Test
    void refusesAmbiguousFraming() {
        assertThat(parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"))
                .isEqualTo(Violation.LENGTH_AND_CHUNKED);
        assertThat(parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"))
                .isEqualTo(Violation.CONTENT_LENGTH);
        assertThat(parse("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"))
                .isEqualTo(Violation.TRANSFER_ENCODING);
    }
}
