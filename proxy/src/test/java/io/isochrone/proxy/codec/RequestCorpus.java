package io.isochrone.proxy.codec;

import io.isochrone.proxy.http.Violation;
import java.util.ArrayList;
import java.util.List;

/**
 * Request messages, each for one rule of the grammar: the section that states it, the bytes, and what must be read. Behind every
 * message follows {@code GET /smuggled}: it may be read only where the message before it was read whole. One long table on purpose, to
 * be read against the RFCs. Immutable.
 *
 * @param section where the rule is stated
 * @param what what is odd about the message
 * @param bytes the message, one byte per character
 * @param expected what {@link RequestReader} tells
 */
public record RequestCorpus(String section, String what, String bytes, List<String> expected) {
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";

    /** Every message. */
    public static List<RequestCorpus> all() {
        List<RequestCorpus> rows = new ArrayList<>();
        lengths(rows);
        codings(rows);
        chunks(rows);
        lines(rows);
        hosts(rows);
        targets(rows);
        fields(rows);
        return List.copyOf(rows);
    }

    @Override
    public String toString() {
        return section + " " + what;
    }

    private static void lengths(List<RequestCorpus> rows) {
        refused(
                rows,
                "9112 6.3",
                "length and chunked",
                post("Content-Length: 5\r\n" + CHUNKED),
                Violation.LENGTH_AND_CHUNKED);
        refused(
                rows,
                "9112 6.3",
                "chunked and length",
                post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
                Violation.LENGTH_AND_CHUNKED);
        for (String value : List.of(
                "+5",
                "-1",
                "0x5",
                "5 5",
                "",
                "99999999999999999999",
                "5, 5",
                "5,5",
                "5;",
                "5.0",
                "5e0",
                "\u00b2",
                "9223372036854775808")) {
            refused(
                    rows,
                    "9110 8.6",
                    "length '" + value + "'",
                    post("Content-Length: " + value + "\r\n\r\nhello"),
                    Violation.CONTENT_LENGTH);
        }
        refused(
                rows,
                "9112 6.3",
                "same length twice",
                post("Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
                Violation.CONTENT_LENGTH);
        refused(
                rows,
                "9112 6.3",
                "two lengths",
                post("Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
                Violation.CONTENT_LENGTH);
        refused(
                rows,
                "9112 6.3",
                "two lengths in other cases",
                post("content-length: 0\r\nCONTENT-LENGTH: 5\r\n\r\nhello"),
                Violation.CONTENT_LENGTH);
        taken(rows, "9110 8.6", "length with zeros", post("Content-Length: 005\r\n\r\nhello"), "POST /a [hello]");
        taken(
                rows,
                "9110 8.6",
                "length with white space around",
                post("Content-Length:\t 5 \t\r\n\r\nhello"),
                "POST /a [hello]");
        taken(rows, "9110 8.6", "length 0", post("Content-Length: 0\r\n\r\n"), "POST /a");
        taken(
                rows,
                "9110 10.1.1",
                "expectation on a GET with a body",
                get("Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello"),
                "GET /a [hello]");
        refused(
                rows,
                "9110 10.1.1",
                "unknown expectation",
                post("Expect: 200-ok\r\nContent-Length: 5\r\n\r\nhello"),
                Violation.EXPECTATION);
    }

    private static void codings(List<RequestCorpus> rows) {
        for (String value : List.of(
                "chunked, identity",
                "xchunked",
                "chunked, xchunked",
                "identity",
                "gzip",
                "chunked,chunked",
                "chunked, chunked",
                "chunked;q=1",
                "\"chunked\"",
                "",
                "chunked,",
                "identity,")) {
            refused(
                    rows,
                    "9112 6.1",
                    "coding '" + value + "'",
                    post("Transfer-Encoding: " + value + "\r\n\r\n0\r\n\r\n"),
                    Violation.TRANSFER_ENCODING);
        }
        for (String value : List.of("identity, chunked", "gzip, chunked", "gzip,chunked", "br, CHUNKED")) {
            refused(
                    rows,
                    "9112 6.1",
                    "coding '" + value + "'",
                    post("Transfer-Encoding: " + value + "\r\n\r\n0\r\n\r\n"),
                    Violation.TRANSFER_CODING_UNKNOWN);
        }
        refused(
                rows,
                "9112 6.1",
                "identity with a length",
                post("Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello"),
                Violation.TRANSFER_ENCODING);
        refused(
                rows,
                "9112 6.1",
                "chunked in two fields",
                post("Transfer-Encoding: chunked\r\n" + CHUNKED + "0\r\n\r\n"),
                Violation.TRANSFER_ENCODING);
        refused(
                rows,
                "9112 6.1",
                "chunked, then identity in a field of its own",
                post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
                Violation.TRANSFER_ENCODING);
        refused(
                rows,
                "9110 5.5",
                "vertical tab before chunked",
                post("Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n"),
                Violation.HEADER_VALUE);
        refused(
                rows,
                "9112 6.1",
                "no-break space before chunked",
                post("Transfer-Encoding: \u00a0chunked\r\n\r\n0\r\n\r\n"),
                Violation.TRANSFER_ENCODING);
        refused(
                rows,
                "9112 6.1",
                "chunked in HTTP/1.0",
                "POST /a HTTP/1.0\r\nHost: h\r\n" + CHUNKED + "0\r\n\r\n",
                Violation.TRANSFER_ENCODING);
        taken(
                rows,
                "9112 6.1",
                "chunked in capitals",
                post("TRANSFER-ENCODING: Chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
                "POST /a [hello]");
    }

    private static void chunks(List<RequestCorpus> rows) {
        for (String size : List.of(
                "0x5",
                "+5",
                "-5",
                " 5",
                "5 ",
                "",
                "g",
                "5\n",
                "0000000000000005",
                "8000000000000000",
                "ffffffffffffffffffff")) {
            refused(
                    rows,
                    "9112 7.1",
                    "chunk size '" + size.replace("\n", "LF") + "'",
                    chunked(size + "\r\nhello\r\n0\r\n\r\n"),
                    Violation.CHUNK_SIZE);
        }
        refused(rows, "9112 7.1", "chunk size without LF", chunked("5\rXhello\r\n0\r\n\r\n"), Violation.CHUNK_SIZE);
        refused(
                rows,
                "9112 7.1.1",
                "extension ends in a bare LF",
                chunked("5;a\nhello\r\n0\r\n\r\n"),
                Violation.CHUNK_EXTENSION);
        refused(
                rows,
                "9112 7.1.1",
                "line ends within a quoted extension",
                chunked("5;a=\"\r\nhello\r\n\"\r\n0\r\n\r\n"),
                Violation.CHUNK_EXTENSION);
        refused(
                rows,
                "9112 7.1.1",
                "escaped quote leaves the string open",
                chunked("5;a=\"\\\"\r\nhello\r\n0\r\n\r\n"),
                Violation.CHUNK_EXTENSION);
        refused(
                rows,
                "9112 7.1.1",
                "control character in an extension",
                chunked("5;a=\0\r\nhello\r\n0\r\n\r\n"),
                Violation.CHUNK_EXTENSION);
        refused(
                rows,
                "9112 7.1.1",
                "separator in an extension",
                chunked("5;a=b,c\r\nhello\r\n0\r\n\r\n"),
                Violation.CHUNK_EXTENSION);
        refused(
                rows,
                "9112 7.1.1",
                "extension without end",
                chunked("5;" + "a".repeat(2000) + "\r\nhello\r\n0\r\n\r\n"),
                Violation.CHUNK_EXTENSION);
        refused(rows, "9112 7.1", "chunk longer than its size", chunked("5\r\nhelloX0\r\n\r\n"), Violation.CHUNK_END);
        refused(rows, "9112 7.1", "chunk ends in a bare LF", chunked("5\r\nhello\n0\r\n\r\n"), Violation.CHUNK_END);
        refused(
                rows,
                "9112 7.1",
                "chunk ends in CR and something",
                chunked("5\r\nhello\rX0\r\n\r\n"),
                Violation.CHUNK_END);
        for (String name : List.of(
                "Content-Length",
                "transfer-encoding",
                "Host",
                "Connection",
                "Authorization",
                "Cookie",
                "X-Forwarded-For",
                "Isochrone-Region",
                "Via",
                "Trailer",
                "X-Real-IP")) {
            refused(
                    rows,
                    "9110 6.5.1",
                    "trailer " + name,
                    chunked("5\r\nhello\r\n0\r\n" + name + ": 5\r\n\r\n"),
                    Violation.TRAILER);
        }
        for (String line : List.of(": x", "a b: x", "a : x", " a: x", "a", "a: \0", "a: x\n", "a: x\rb")) {
            refused(
                    rows,
                    "9112 7.1.2",
                    "trailer line '"
                            + line.replace('\n', 'N').replace('\r', 'R').replace('\0', '0') + "'",
                    chunked("0\r\n" + line + "\r\n\r\n"),
                    Violation.TRAILER);
        }
        refused(
                rows,
                "9112 7.1.2",
                "trailers without end",
                chunked("0\r\n" + "a: b\r\n".repeat(3000) + "\r\n"),
                Violation.TRAILER);
        refused(rows, "9112 7.1.2", "trailer section ends in CR and something", chunked("0\r\n\rX"), Violation.TRAILER);
        taken(rows, "9112 7.1", "no chunk", chunked("0\r\n\r\n"), "POST /a");
        taken(rows, "9112 7.1", "last chunk of zeros", chunked("000\r\n\r\n"), "POST /a");
        taken(
                rows,
                "9112 7.1",
                "chunks, sizes in both cases",
                chunked("a\r\n0123456789\r\nA\r\n0123456789\r\n1\r\n!\r\n0\r\n\r\n"),
                "POST /a [01234567890123456789!]");
        taken(rows, "9112 7.1", "fifteen digits", chunked("000000000000005\r\nhello\r\n0\r\n\r\n"), "POST /a [hello]");
        taken(
                rows,
                "9112 7.1",
                "data that looks like framing",
                chunked("7\r\n0\r\n\r\nGE\r\n0\r\n\r\n"),
                "POST /a [0\r\n\r\nGE]");
        taken(
                rows,
                "9112 7.1.1",
                "extensions",
                chunked("5;a;b=c; d = \"e \\\" ; f\"\r\nhello\r\n0;x\r\n\r\n"),
                "POST /a [hello]");
        taken(
                rows,
                "9112 7.1.2",
                "trailers",
                chunked("5\r\nhello\r\n0\r\nX-Sum: 1\r\nY:\r\nZ: \u00e9\t!\r\n\r\n"),
                "POST /a [hello]");
    }

    private static void lines(List<RequestCorpus> rows) {
        refused(rows, "9112 2.2", "lines end in bare LF", "GET /a HTTP/1.1\nHost: h\n\n", Violation.BARE_LF);
        refused(rows, "9112 2.2", "one line ends in a bare LF", get("X: y\nZ: z\r\n\r\n"), Violation.BARE_LF);
        refused(rows, "9112 2.2", "the empty line is a bare LF", get("\n"), Violation.BARE_LF);
        refused(rows, "9112 2.2", "starts with a bare LF", "\n" + get("\r\n"), Violation.BARE_LF);
        refused(
                rows,
                "9112 2.2",
                "CR within the request line",
                "GET /a HTTP/1.1\rX\r\nHost: h\r\n\r\n",
                Violation.BARE_CR);
        refused(rows, "9112 2.2", "CR within a value", get("X: a\rb\r\n\r\n"), Violation.BARE_CR);
        refused(rows, "9112 2.2", "CR before CRLF", get("X: a\r\r\n\r\n"), Violation.BARE_CR);
        refused(rows, "9112 3", "leading NUL bytes", "\0\0" + get("\r\n"), Violation.METHOD);
        refused(rows, "9112 3", "leading space", " " + get("\r\n"), Violation.METHOD);
        refused(
                rows,
                "9112 3",
                "TLS hello",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n",
                Violation.METHOD);
        refused(rows, "9112 3", "tabs", "GET\t/a\tHTTP/1.1\r\nHost: h\r\n\r\n", Violation.REQUEST_LINE);
        refused(
                rows,
                "9112 3",
                "two spaces before the target",
                "GET  /a HTTP/1.1\r\nHost: h\r\n\r\n",
                Violation.REQUEST_LINE);
        refused(
                rows,
                "9112 3",
                "two spaces behind the target",
                "GET /a  HTTP/1.1\r\nHost: h\r\n\r\n",
                Violation.VERSION);
        refused(rows, "9112 3", "space behind the version", "GET /a HTTP/1.1 \r\nHost: h\r\n\r\n", Violation.VERSION);
        refused(rows, "9112 3", "space in the target", "GET /a B HTTP/1.1\r\nHost: h\r\n\r\n", Violation.VERSION);
        refused(rows, "9112 3", "no version", "GET /a\r\n\r\n", Violation.REQUEST_LINE);
        refused(rows, "9112 3", "no version, no end", "GET /a\r\n", Violation.REQUEST_LINE);
        refused(rows, "9112 3", "no target", "GET HTTP/1.1\r\nHost: h\r\n\r\n", Violation.REQUEST_LINE);
        refused(rows, "9110 9.1", "method is no token", "G(T /a HTTP/1.1\r\nHost: h\r\n\r\n", Violation.REQUEST_LINE);
        for (String version :
                List.of("XXX/9.9", "http/1.1", "HTTP/1", "HTTP/11.1", "HTTP/1.1.1", "HTTP/1,1", "HTTP/x.1")) {
            refused(
                    rows,
                    "9112 2.3",
                    "version " + version,
                    "GET /a " + version + "\r\nHost: h\r\n\r\n",
                    Violation.VERSION);
        }
        for (String version : List.of("HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "HTTP/3.1")) {
            refused(
                    rows,
                    "9112 2.3",
                    "version " + version,
                    "GET /a " + version + "\r\nHost: h\r\n\r\n",
                    Violation.VERSION_UNSUPPORTED);
        }
        refused(
                rows,
                "9113 3.4",
                "first line of an HTTP/2 preface",
                "PRI * HTTP/2.0\r\n\r\n",
                Violation.VERSION_UNSUPPORTED);
        taken(rows, "9112 2.2", "empty lines before the request", "\r\n\r\n" + get("\r\n"), "GET /a");
        taken(rows, "9110 9.1", "unknown method", "BREW /a HTTP/1.1\r\nHost: h\r\n\r\n", "BREW /a");
        taken(rows, "9110 9.1", "methods have a case", "get /a HTTP/1.1\r\nHost: h\r\n\r\n", "get /a");
        taken(rows, "9112 2.3", "HTTP/1.0", "GET /a HTTP/1.0\r\n\r\n", "GET /a");
    }

    private static void hosts(List<RequestCorpus> rows) {
        refused(rows, "9112 3.2", "no Host", "GET /a HTTP/1.1\r\n\r\n", Violation.HOST_MISSING);
        refused(rows, "9112 3.2", "two Hosts", get("Host: i\r\n\r\n"), Violation.HOST_REPEATED);
        refused(rows, "9112 3.2", "the same Host twice", get("hOST: h\r\n\r\n"), Violation.HOST_REPEATED);
        for (String host : List.of(
                "a b/c@d",
                "a b",
                "u@h",
                "h/p",
                "h?q",
                "h#f",
                "h,i",
                "h:x",
                "h:80:90",
                ":80",
                "",
                "h:123456",
                "[::1",
                "::1",
                "[::1]x",
                "[]",
                "[g::1]",
                "h\\i",
                "h\u00e9",
                "\"h\"",
                "<h>")) {
            refused(
                    rows,
                    "9110 7.2",
                    "Host '" + host + "'",
                    "GET /a HTTP/1.1\r\nHost: " + host + "\r\n\r\n",
                    Violation.HOST);
        }
        for (String host : List.of(
                "h",
                "h:80",
                "h:",
                "H.example.com:65535",
                "127.0.0.1:1",
                "[::1]",
                "[2001:db8::1.2.3.4]:80",
                "a_b",
                "xn--e1afmkfd",
                "h%20i")) {
            taken(rows, "9110 7.2", "Host '" + host + "'", "GET /a HTTP/1.1\r\nHost: " + host + "\r\n\r\n", "GET /a");
        }
    }

    private static void targets(List<RequestCorpus> rows) {
        refused(
                rows,
                "9112 3.2.2",
                "authority differs from Host",
                target("http://evil/a"),
                Violation.AUTHORITY_MISMATCH);
        refused(
                rows,
                "9112 3.2.2",
                "authority with user information",
                target("http://h@h/a"),
                Violation.AUTHORITY_MISMATCH);
        refused(
                rows,
                "9112 3.2.2",
                "user information without Host",
                "GET http://u@h/a HTTP/1.0\r\n\r\n",
                Violation.HOST);
        refused(rows, "9112 3.2.2", "no authority", target("http:///a"), Violation.AUTHORITY_MISMATCH);
        refused(rows, "9112 3.2", "no form", target("a/../b"), Violation.TARGET);
        refused(rows, "9112 3.2", "another scheme", target("ftp://h/a"), Violation.TARGET);
        refused(rows, "9112 3.2.4", "asterisk for another method", target("*"), Violation.TARGET);
        refused(rows, "9112 3.2.1", "fragment", target("/a#b"), Violation.TARGET);
        refused(rows, "9112 3.2.1", "bytes above ASCII", target("/\u00c3\u00a9"), Violation.TARGET);
        refused(rows, "9112 3.2.1", "control character", target("/a\u0001"), Violation.TARGET);
        refused(rows, "9112 3.2.1", "DEL", target("/a\u007f"), Violation.TARGET);
        refused(rows, "3986 6.2.2.3", "dot segments", target("/alpha/../beta"), Violation.PATH_NOT_NORMAL);
        refused(
                rows,
                "3986 6.2.2.3",
                "dot segments in absolute form",
                target("http://h/alpha/../beta"),
                Violation.PATH_NOT_NORMAL);
        refused(rows, "9110 9.3.6", "CONNECT", "CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n", Violation.CONNECT);
        taken(rows, "9112 3.2.2", "absolute form", target("http://h/a?b"), "GET /a?b");
        taken(rows, "9112 3.2.2", "absolute form, other cases", target("HTTP://H/a"), "GET /a");
        taken(rows, "9112 3.2.2", "absolute form without a path", target("http://h"), "GET /");
        taken(rows, "9112 3.2.2", "absolute form with a query only", target("http://h?b"), "GET /?b");
        taken(rows, "9112 3.2.4", "asterisk", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "OPTIONS *");
        taken(rows, "3986 6.2.2.2", "escaped letters", target("/%41%2d%e2%82%ac"), "GET /A-%E2%82%AC");
    }

    private static void fields(List<RequestCorpus> rows) {
        refused(
                rows,
                "9112 5.1",
                "space before the colon",
                post("Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
                Violation.HEADER_NAME);
        refused(
                rows,
                "9112 5.2",
                "space before the name",
                post(" Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                Violation.OBS_FOLD);
        refused(
                rows,
                "9112 5.2",
                "folded coding",
                post("Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
                Violation.TRANSFER_ENCODING);
        refused(rows, "9112 5.2", "folded value", get("X: a\r\n b\r\n\r\n"), Violation.OBS_FOLD);
        refused(rows, "9112 5.2", "value folded with a tab", get("X: a\r\n\tb\r\n\r\n"), Violation.OBS_FOLD);
        refused(
                rows,
                "9112 2.2",
                "first field folded",
                "GET /a HTTP/1.1\r\n X: y\r\nHost: h\r\n\r\n",
                Violation.OBS_FOLD);
        for (String name : List.of("X@", "", "X Y", "X\u00e9", "X\0", "X(", "\"X\"", "X/Y", "X\t")) {
            refused(
                    rows,
                    "9110 5.1",
                    "name '" + name.replace("\0", "NUL").replace("\t", "TAB") + "'",
                    get(name + ": y\r\n\r\n"),
                    Violation.HEADER_NAME);
        }
        refused(rows, "9112 5", "line without a colon", get("X\r\n\r\n"), Violation.HEADER_NAME);
        for (String value : List.of("a\0b", "\u0001", "\u007f", "a\u000bb", "a\u001b[31m")) {
            refused(
                    rows,
                    "9110 5.5",
                    "control character " + Integer.toHexString(value.codePointAt(value.length() > 1 ? 1 : 0)),
                    get("X: " + value + "\r\n\r\n"),
                    Violation.HEADER_VALUE);
        }
        refused(rows, "9110 5.4", "1,000 fields", get("A: b\r\n".repeat(1000) + "\r\n"), Violation.TOO_MANY_FIELDS);
        taken(rows, "9110 5.1", "underscore in a name", get("X_Real_IP: 1.2.3.4\r\n\r\n"), "GET /a");
        taken(rows, "9110 5.1", "every token character", get("!#$%&'*+-.^_`|~09azAZ: y\r\n\r\n"), "GET /a");
        taken(
                rows,
                "9110 5.5",
                "obs-text, empty, tabs",
                get("X: \u00e9\u00ff\r\nY:\r\nZ:\t \ta\tb \t\r\n\r\n"),
                "GET /a");
    }

    private static String get(String rest) {
        return "GET /a HTTP/1.1\r\nHost: h\r\n" + rest;
    }

    private static String post(String rest) {
        return "POST /a HTTP/1.1\r\nHost: h\r\n" + rest;
    }

    private static String chunked(String body) {
        return post(CHUNKED + body);
    }

    private static String target(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n";
    }

    private static void refused(
            List<RequestCorpus> rows, String section, String what, String bytes, Violation violation) {
        rows.add(new RequestCorpus(section, what, bytes + SMUGGLED, List.of("! " + violation)));
    }

    private static void taken(List<RequestCorpus> rows, String section, String what, String bytes, String read) {
        rows.add(new RequestCorpus(section, what, bytes + SMUGGLED, List.of(read, "GET /smuggled")));
    }
}
