package io.isochrone.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A row per rule of the request grammar; {@code |} stands for CRLF. */
final class H1RequestTest {
    private final H1Request request = new H1Request();

    private @Nullable Violation parse(String head) {
        byte[] bytes = (head.replace("|", "\r\n")
                                .replace("\\n", "\n")
                                .replace("\\r", "\r")
                                .replace("\\0", "\0") + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        return request.parse(bytes, bytes.length, 100, 10);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "CONTENT_LENGTH;POST /a HTTP/1.1|Host: h|Content-Length: 5|Content-Length: 5",
                "CONTENT_LENGTH;POST /a HTTP/1.1|Host: h|Content-Length: 5, 5",
                "CONTENT_LENGTH;POST /a HTTP/1.1|Host: h|Content-Length: +5",
                "CONTENT_LENGTH;POST /a HTTP/1.1|Host: h|Content-Length: -1",
                "CONTENT_LENGTH;POST /a HTTP/1.1|Host: h|Content-Length: 0x5",
                "CONTENT_LENGTH;POST /a HTTP/1.1|Host: h|Content-Length:",
                "CONTENT_LENGTH;POST /a HTTP/1.1|Host: h|Content-Length: 99999999999999999999",
                "LENGTH_AND_CHUNKED;POST /a HTTP/1.1|Host: h|Content-Length: 5|Transfer-Encoding: chunked",
                "TRANSFER_ENCODING;POST /a HTTP/1.1|Host: h|Transfer-Encoding: chunked, identity",
                "TRANSFER_CODING_UNKNOWN;POST /a HTTP/1.1|Host: h|Transfer-Encoding: gzip, chunked",
                "TRANSFER_ENCODING;POST /a HTTP/1.1|Host: h|Transfer-Encoding: xchunked",
                "TRANSFER_ENCODING;POST /a HTTP/1.1|Host: h|Transfer-Encoding: identity",
                "TRANSFER_ENCODING;POST /a HTTP/1.1|Host: h|Transfer-Encoding: chunked|Transfer-Encoding: chunked",
                "TRANSFER_ENCODING;POST /a HTTP/1.1|Host: h|Transfer-Encoding: chunked, chunked",
                "TRANSFER_ENCODING;POST /a HTTP/1.0|Host: h|Transfer-Encoding: chunked",
                "HEADER_NAME;POST /a HTTP/1.1|Host: h|Transfer-Encoding : chunked",
                "OBS_FOLD;POST /a HTTP/1.1|Host: h| Transfer-Encoding: chunked",
                "OBS_FOLD;GET /a HTTP/1.1| X: y|Host: h",
                "HEADER_NAME;GET /a HTTP/1.1|Host: h|X@: y",
                "HEADER_NAME;GET /a HTTP/1.1|Host: h|: y",
                "HEADER_NAME;GET /a HTTP/1.1|Host: h|nothing",
                "HEADER_VALUE;GET /a HTTP/1.1|Host: h|X: a\\0b",
                "BARE_CR;GET /a HTTP/1.1|Host: h|X: a\\rb",
                "BARE_LF;GET /a HTTP/1.1|Host: h|X: a\\nY: b",
                "HOST_MISSING;GET /a HTTP/1.1|X: y",
                "HOST_REPEATED;GET /a HTTP/1.1|Host: h|Host: h",
                "HOST;GET /a HTTP/1.1|Host: a b",
                "HOST;GET /a HTTP/1.1|Host: a@b",
                "HOST;GET /a HTTP/1.1|Host: a/b",
                "HOST;GET /a HTTP/1.1|Host:",
                "AUTHORITY_MISMATCH;GET http://evil/a HTTP/1.1|Host: h",
                "TARGET;GET a/b HTTP/1.1|Host: h",
                "TARGET;GET /a#b HTTP/1.1|Host: h",
                "TARGET;GET * HTTP/1.1|Host: h",
                "CONNECT;CONNECT h:443 HTTP/1.1|Host: h",
                "REQUEST_LINE;GET  /a HTTP/1.1|Host: h",
                "REQUEST_LINE;GET\t/a HTTP/1.1|Host: h",
                "VERSION;GET /a b HTTP/1.1|Host: h",
                "VERSION;GET /a XXX/1.1|Host: h",
                "VERSION_UNSUPPORTED;GET /a HTTP/1.2|Host: h",
                "VERSION_UNSUPPORTED;GET /a HTTP/2.0|Host: h",
                "REQUEST_LINE;GET /a|Host: h",
                "METHOD;(x /a HTTP/1.1|Host: h",
                "EXPECTATION;POST /a HTTP/1.1|Host: h|Expect: tea"
            })
    void refuses(Violation expected, String head) {
        assertThat(parse(head)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /a HTTP/1.1|Host: h",
                "GET /a?b=%zz HTTP/1.1|Host: [::1]:80",
                "GET http://h/a HTTP/1.1|Host: h",
                "OPTIONS * HTTP/1.1|Host: h",
                "GET / HTTP/1.0",
                "M-SEARCH /a HTTP/1.1|Host: h|X_Y: z",
                "POST /a HTTP/1.1|Host: h|Transfer-Encoding: Chunked",
                "POST /a HTTP/1.1|Host: h|Expect: 100-Continue|Content-Length: 3"
            })
    void takes(String head) {
        assertThat(parse(head)).isNull();
    }

    @Test
    void boundsTargetAndFields() {
        String target = "/" + "x".repeat(99);
        assertThat(parse("GET " + target + " HTTP/1.1|Host: h")).isNull();
        assertThat(parse("GET " + target + "x HTTP/1.1|Host: h")).isEqualTo(Violation.TARGET_TOO_LONG);
        assertThat(parse("GET / HTTP/1.1|Host: h" + "|A: b".repeat(9))).isNull();
        assertThat(parse("GET / HTTP/1.1|Host: h" + "|A: b".repeat(10))).isEqualTo(Violation.TOO_MANY_FIELDS);
    }

    @Test
    void connectionNamesFieldsToDropButNotTheProtectedOnes() {
        assertThat(parse("GET / HTTP/1.1|Host: h|X-Private: 1|X-Forwarded-For: 1.2.3.4|Keep-Alive: 5"
                        + "|Connection: x-private, Host, x-forwarded-for, close"))
                .isNull();
        HeaderFields fields = request.fields();
        StringBuilder kept = new StringBuilder();
        for (int i = 0; i < fields.count(); i++) {
            kept.append(fields.isHopByHop(i) ? "" : fields.lowerCaseName(i) + " ");
        }
        assertThat(kept.toString()).isEqualTo("host x-forwarded-for ");
        assertThat(request.isKeepAlive()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a/../b",
                "/a/./b",
                "/..",
                "/.",
                "/a/..",
                "/%2e%2e/b",
                "/a/%2E/b",
                "/a/.%2e/b",
                "//a",
                "/a//b",
                "/a/..;x=1/b",
                "/a%2fb",
                "/a%2Fb",
                "/a%5cb",
                "/a\\b",
                "/a%00b",
                "/a%0d%0ab",
                "/a%252e%252e/b",
                "/a%2",
                "/a%zz",
                "/;x/b"
            })
    void aPathThatTwoServersMayReadDifferentlyIsRefused(String path) {
        assertThat(PathNormalizer.normalize(path)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b,/a/b",
        "/,/",
        "/a/,/a/",
        "/%61dmin,/admin",
        "/a%7eb,/a~b",
        "/a%c3%a9,/a%C3%A9",
        "/a?x=../..&y=%2f,/a?x=../..&y=%2f",
        "/%61?x=1,/a?x=1",
        "/a/...,/a/...",
        "/a;v=1/b,/a;v=1/b",
        "/100%25,/100%25"
    })
    void aPathIsBroughtIntoOneForm(String path, String normal) {
        assertThat(PathNormalizer.normalize(path)).isEqualTo(normal);
    }
}
