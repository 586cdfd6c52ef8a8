package io.isochrone.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 fields to an HTTP/1.1 head, a row per rule. */
final class H2HeadTest {
    /** Fields as {@code name=value}, parted by bars; what becomes of them: a head with bars for its line ends, or a refusal. */
    record Row(String section, String fields, boolean whole, String expected) {
        @Override
        public String toString() {
            return section + " " + fields;
        }
    }

    private static final String GET = ":method=GET|:scheme=http|:path=/a|:authority=h";
    private static final String POST = ":method=POST|:scheme=https|:path=/a?b|:authority=h:80";

    private static Row row(String section, String fields, String expected) {
        return new Row(section, fields, true, expected);
    }

    static List<Row> rows() {
        return List.of(
                row("9113 8.3.1", GET, "GET /a HTTP/1.1|host: h||"),
                row("9113 8.3", ":authority=h|:path=/a|:method=GET|:scheme=http", "GET /a HTTP/1.1|host: h||"),
                row("9113 8.3.1", ":method=GET|:scheme=http|:path=/a|host=h", "GET /a HTTP/1.1|host: h||"),
                row("9113 8.3.1", GET + "|host=H", "GET /a HTTP/1.1|host: h||"),
                row("9113 8.3.1", GET + "|host=other", "!AUTHORITY_MISMATCH"),
                row("9113 8.3.1", GET + "|host=h|host=other", "!AUTHORITY_MISMATCH"),
                row("9110 8.6", POST, "POST /a?b HTTP/1.1|host: h:80|content-length: 0||"),
                row("9110 8.6", POST + "|content-length=0", "POST /a?b HTTP/1.1|host: h:80|content-length: 0||"),
                new Row("9112 6.1", POST, false, "POST /a?b HTTP/1.1|host: h:80|transfer-encoding: chunked||"),
                new Row(
                        "9113 8.1.1",
                        POST + "|content-length=5",
                        false,
                        "POST /a?b HTTP/1.1|host: h:80|content-length: 5||"),
                row(
                        "9113 8.2.3",
                        GET + "|cookie=a=1|x=y|cookie=b=2",
                        "GET /a HTTP/1.1|host: h|x: y|cookie: a=1; b=2||"),
                row("9113 8.2.2", GET + "|te=trailers", "GET /a HTTP/1.1|host: h|te: trailers||"),
                row("9113 8.2.2", GET + "|te=gzip", "!TE"),
                row("9113 8.2.2", GET + "|te=trailers, gzip", "!TE"),
                row("9113 8.2.2", GET + "|connection=close", "!CONNECTION_FIELD"),
                row("9113 8.2.2", GET + "|keep-alive=timeout=5", "!CONNECTION_FIELD"),
                row("9113 8.2.2", GET + "|proxy-connection=close", "!CONNECTION_FIELD"),
                row("9113 8.2.2", GET + "|transfer-encoding=chunked", "!CONNECTION_FIELD"),
                row("9113 8.2.2", GET + "|upgrade=websocket", "!CONNECTION_FIELD"),
                row("9113 8.2.1", GET + "|X=y", "!NAME"),
                row("9113 8.2.1", GET + "|=y", "!NAME"),
                row("9113 8.2.1", GET + "|x y=z", "!NAME"),
                row("9113 8.2.1", GET + "|x\r\ny=z", "!NAME"),
                row("9113 8.2.1", GET + "|x:y=z", "!NAME"),
                row("9113 8.2.1", GET + "|x=a\r\nsmuggled: 1", "!VALUE"),
                row("9113 8.2.1", GET + "|x=a\nb", "!VALUE"),
                row("9113 8.2.1", GET + "|x=a\rb", "!VALUE"),
                row("9113 8.2.1", GET + "|x=a\0b", "!VALUE"),
                row("9113 8.2.1", GET + "|x= a", "!VALUE"),
                row("9113 8.2.1", GET + "|x=a\t", "!VALUE"),
                row("9113 8.2.1", GET + "|cookie=a\r\nb", "!VALUE"),
                row("9110 5.5", GET + "|x=", "GET /a HTTP/1.1|host: h|x: ||"),
                row("9110 5.5", GET + "|x=\u00e9", "GET /a HTTP/1.1|host: h|x: \u00e9||"),
                row("9113 8.3", GET + "|x=y|:path=/b", "!PSEUDO_LATE"),
                row("9113 8.3", GET + "|:path=/b", "!PSEUDO_REPEATED"),
                row("9113 8.3", GET + "|:status=200", "!PSEUDO_UNKNOWN"),
                row("9113 8.3.1", ":scheme=http|:path=/a|:authority=h", "!PSEUDO_MISSING"),
                row("9113 8.3.1", ":method=GET|:path=/a|:authority=h", "!PSEUDO_MISSING"),
                row("9113 8.3.1", ":method=GET|:scheme=http|:authority=h", "!PSEUDO_MISSING"),
                row("9113 8.3.1", ":method=GET|:scheme=http|:path=|:authority=h", "!PATH"),
                row("9113 8.3.1", ":method=GET|:scheme=http|:path=a|:authority=h", "!PATH"),
                row("9113 8.3.1", ":method=GET|:scheme=http|:path=http://evil/a|:authority=h", "!PATH"),
                row("9113 8.3.1", ":method=GET|:scheme=http|:path=/a b|:authority=h", "!PATH"),
                row("9113 8.3.1", ":method=GET|:scheme=http|:path=/ HTTP/1.1\r\nx: y|:authority=h", "!PATH"),
                row("9113 8.3.1", ":method=GET|:scheme=ftp|:path=/a|:authority=h", "!SCHEME"),
                row("9113 8.3.1", ":method=GET|:scheme=http|:path=/a|:authority=h\r\nx: y", "!AUTHORITY"),
                row("9113 8.3.1", ":method=G T|:scheme=http|:path=/a|:authority=h", "!METHOD"),
                row("9113 8.3.1", ":method=|:scheme=http|:path=/a|:authority=h", "!METHOD"),
                row("9113 8.3.1", ":method=OPTIONS|:scheme=http|:path=*|:authority=h", "OPTIONS * HTTP/1.1|host: h||"),
                row("9113 8.5", ":method=CONNECT|:authority=h:1", "CONNECT h:1 HTTP/1.1|host: h:1||"),
                row("9113 8.5", ":method=CONNECT|:scheme=http|:path=/|:authority=h:1", "!CONNECT"),
                row("9113 8.5", ":method=CONNECT", "!CONNECT"),
                row(
                        "8441 4",
                        ":method=CONNECT|:protocol=websocket|:scheme=https|:path=/chat|:authority=h|origin=o",
                        "GET /chat HTTP/1.1|host: h|origin: o|connection: Upgrade|upgrade: websocket"
                                + "|sec-websocket-key: KEY||"),
                row(
                        "8441 5.1",
                        ":method=CONNECT|:protocol=WebSocket|:scheme=https|:path=/|:authority=h|sec-websocket-key=x",
                        "GET / HTTP/1.1|host: h|connection: Upgrade|upgrade: websocket|sec-websocket-key: KEY||"),
                row(
                        "8441 4",
                        ":method=CONNECT|:protocol=other|:scheme=https|:path=/|:authority=h",
                        "CONNECT / HTTP/1.1|host: h||"),
                row("8441 4", ":method=GET|:protocol=websocket|:scheme=https|:path=/|:authority=h", "!PROTOCOL"),
                row("8441 4", ":method=CONNECT|:protocol=websocket|:scheme=https|:path=/", "!PROTOCOL"),
                row("8441 4", ":method=CONNECT|:protocol=websocket|:authority=h", "!PSEUDO_MISSING"),
                row(
                        "8441 4",
                        ":method=CONNECT|:protocol=websocket|:scheme=https|:path=/|:authority=h|content-length=1",
                        "!PROTOCOL"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void translatesOrRefusesAsTheRuleSays(Row row) {
        H2Head head = new H2Head();
        head.begin();

        assertThat(translate(head, row.fields().split("\\|", -1), row.whole()).replace("\r\n", "|"))
                .isEqualTo(row.expected());
    }

    private static String translate(H2Head head, String[] fields, boolean whole) {
        for (String field : fields) {
            int equals = field.indexOf('=', field.startsWith(":") ? 1 : 0);
            byte[] name = field.substring(0, equals).getBytes(StandardCharsets.ISO_8859_1);
            byte[] value = field.substring(equals + 1).getBytes(StandardCharsets.ISO_8859_1);
            Malformed malformed = head.field(name, 0, name.length, value, 0, value.length);
            if (malformed != null) {
                return "!" + malformed;
            }
        }
        Bytes out = new Bytes(4);
        Malformed malformed = head.end(whole, "KEY", out);
        return malformed == null
                ? new String(out.array(), 0, out.length(), StandardCharsets.ISO_8859_1)
                : "!" + malformed;
    }

    @Test
    void nothingOfAnEarlierHeadStaysInTheNext() {
        H2Head head = new H2Head();
        head.begin();
        assertThat(translate(head, (POST + "|content-length=3|cookie=a|x=y").split("\\|"), false))
                .contains("x: y");
        head.begin();

        assertThat(translate(head, GET.split("\\|"), false))
                .isEqualTo("GET /a HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void whateverIsTakenIsOneHeadWithOneLineForEachField(long seed) {
        Random random = new Random(seed);
        H2Head head = new H2Head();
        for (int round = 0; round < 5000; round++) {
            String[] fields = (GET + "|x-one=1|two=2").split("\\|");
            int which = random.nextInt(fields.length);
            StringBuilder changed = new StringBuilder(fields[which]);
            for (int i = 0; i < 2; i++) {
                changed.insert(
                        random.nextInt(changed.length() + 1), "\r\n\0 \t:/?#%Ax=\u00ff".charAt(random.nextInt(14)));
            }
            fields[which] = changed.indexOf("=") < 0 ? "x=y" : changed.toString();
            if (fields[which].indexOf('=', fields[which].startsWith(":") ? 1 : 0) < 0) {
                continue;
            }
            head.begin();

            String text = translate(head, fields, true);

            if (!text.startsWith("!")) {
                assertThat(text.split("\r\n", -1)).as(text).hasSize(6);
                assertThat(text.replace("\r\n", "")).doesNotContain("\r").doesNotContain("\n");
            }
        }
    }

    @Test
    void trailersAreLinesWithoutPseudoHeaders() {
        H2Head head = new H2Head();
        head.beginTrailers();

        assertThat(trailer(head, "x-sum", "1")).isNull();
        assertThat(trailer(head, ":path", "/")).isEqualTo(Malformed.PSEUDO_IN_TRAILER);
        assertThat(trailer(head, "x", "a\r\nb")).isEqualTo(Malformed.VALUE);
        assertThat(trailer(head, "connection", "x")).isEqualTo(Malformed.CONNECTION_FIELD);
        Bytes lines = head.trailers();
        assertThat(new String(lines.array(), 0, lines.length(), StandardCharsets.ISO_8859_1))
                .isEqualTo("x-sum: 1\r\n");
    }

    private static @Nullable Malformed trailer(H2Head head, String name, String value) {
        byte[] n = name.getBytes(StandardCharsets.ISO_8859_1);
        byte[] v = value.getBytes(StandardCharsets.ISO_8859_1);
        return head.trailer(n, 0, n.length, v, 0, v.length);
    }
}
