package io.isochrone.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Header fields: which are forwarded, and how they are found. */
final class HeaderFieldsTest {
    private final H1Request request = new H1Request();

    private HeaderFields parse(String fields) {
        byte[] head = ("GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        assertThat(request.parse(head, head.length, 100, 1000)).isNull();
        return request.fields();
    }

    private List<String> forwarded(String fields) {
        HeaderFields parsed = parse(fields);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < parsed.count(); i++) {
            if (!parsed.isHopByHop(i)) {
                names.add(parsed.lowerCaseName(i));
            }
        }
        return names;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: keep-alive",
                "Keep-Alive: timeout=5",
                "Proxy-Connection: keep-alive",
                "TE: gzip",
                "Upgrade: h2c",
                "Transfer-Encoding: chunked",
                "Proxy-Authorization: Basic eA=="
            })
    void keepsConnectionFieldsBack(String field) {
        assertThat(forwarded("A: b\r\n" + field + "\r\nC: d\r\n")).containsExactly("host", "a", "c");
    }

    @Test
    void keepsFieldsBackThatConnectionNames() {
        assertThat(forwarded("X-One: 1\r\nConnection: close, x-one ,X-TWO,, x-three\t\r\nX-Two: 2\r\nX-Four: 4\r\n"))
                .containsExactly("host", "x-four");
        assertThat(request.isKeepAlive()).isFalse();
    }

    @Test
    void keepsFieldsBackThatAnyOfSeveralConnectionsNames() {
        assertThat(forwarded("Connection: keep-alive\r\nX-One: 1\r\nConnection: x-one\r\nX-One: 2\r\n"))
                .containsExactly("host");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "Content-Length",
                "Via",
                "Forwarded",
                "X-Forwarded-For",
                "x-forwarded-host",
                "X-Real-IP",
                "Authorization",
                "Cookie",
                "Cache-Control",
                "Ocp-Apim-Subscription-Key",
                "Isochrone-Not-Processed"
            })
    void letsNoPeerTakeAwayWhatOthersRelyOn(String name) {
        String line = name.equals("Host") ? "" : name + ": 1\r\n";

        assertThat(forwarded("Connection: " + name + "\r\n" + line)).contains(name.toLowerCase(Locale.ROOT));
    }

    @Test
    void marksFieldsBeyondThe64th() {
        StringBuilder fields = new StringBuilder("Connection: x-199\r\n");
        for (int i = 0; i < 200; i++) {
            fields.append("X-").append(i).append(": ").append(i).append("\r\n");
        }

        List<String> forwarded = forwarded(fields.toString());

        assertThat(forwarded).hasSize(200).contains("x-64", "x-198").doesNotContain("x-199", "connection");
    }

    @Test
    void findsFieldsInAnyCaseAndTrimsTheirValues() {
        HeaderFields fields = parse("uSeR-aGeNt: \t curl \t\r\nX-Odd-Name: 1\r\nx-odd-name: 2\r\nEmpty:\r\n");

        assertThat(fields.value("user-agent")).isEqualTo("curl");
        assertThat(fields.value("x-odd-name")).isEqualTo("1");
        assertThat(fields.value("empty")).isEmpty();
        assertThat(fields.value("missing")).isNull();
        assertThat(fields.lowerCaseName(1)).isSameAs("user-agent");
        assertThat(fields.lowerCaseName(2)).isEqualTo("x-odd-name");
    }

    @Test
    void knowsEveryUsualName() {
        for (String name : KnownNames.names()) {
            byte[] upper = name.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
            assertThat(KnownNames.find(upper, 0, upper.length)).isSameAs(name);
        }
    }

    @Test
    void forgetsTheRequestBefore() {
        parse("Connection: close\r\nContent-Length: 9\r\nExpect: 100-continue\r\n");

        parse("A: b\r\n");

        assertThat(request.isKeepAlive()).isTrue();
        assertThat(request.hasBody()).isFalse();
        assertThat(request.expectsContinue()).isFalse();
        assertThat(request.header("content-length")).isNull();
    }
}
