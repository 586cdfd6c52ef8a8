package io.isochrone.proxy.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Usual field names as constants, so that asking for a name makes no String. Thread-safe: constant table. */
final class KnownNames {
    private static final List<String> NAMES = List.of(
            "host",
            "connection",
            "content-length",
            "content-type",
            "transfer-encoding",
            "accept",
            "accept-encoding",
            "accept-language",
            "user-agent",
            "authorization",
            "cookie",
            "set-cookie",
            "cache-control",
            "date",
            "server",
            "etag",
            "expires",
            "last-modified",
            "vary",
            "via",
            "location",
            "origin",
            "referer",
            "te",
            "trailer",
            "upgrade",
            "expect",
            "keep-alive",
            "proxy-connection",
            "if-none-match",
            "if-match",
            "if-modified-since",
            "range",
            "x-forwarded-for",
            "x-forwarded-proto",
            "x-forwarded-host",
            "forwarded",
            "x-real-ip",
            "x-request-id",
            "idempotency-key",
            "isochrone-region",
            "isochrone-attempts",
            "isochrone-not-processed",
            "traceparent",
            "ocp-apim-subscription-key",
            "content-encoding",
            "retry-after",
            "access-control-allow-origin");
    private static final Known[][] BY_LENGTH = byLength();

    private KnownNames() {}

    /** A name and its bytes. */
    private record Known(String name, byte[] lower) {
        /** Whether {@code bytes[start, start + length)}, which is a token, is this name in whatever case. */
        boolean is(byte[] bytes, int start) {
            int length = lower.length;
            if (length < Long.BYTES) {
                return Ascii.equalsIgnoreCase(bytes, start, start + length, name);
            }
            for (int i = 0; i < length - Long.BYTES; i += Long.BYTES) {
                if (Ascii.lowerWord(bytes, start + i) != Ascii.lowerWord(lower, i)) {
                    return false;
                }
            }
            int last = length - Long.BYTES;
            return Ascii.lowerWord(bytes, start + last) == Ascii.lowerWord(lower, last);
        }
    }

    private static Known[][] byLength() {
        Known[][] table = new Known[40][];
        for (int length = 0; length < table.length; length++) {
            int wanted = length;
            table[length] = NAMES.stream()
                    .filter(n -> n.length() == wanted)
                    .map(n -> new Known(n, n.getBytes(StandardCharsets.US_ASCII)))
                    .toArray(Known[]::new);
        }
        return table;
    }

    /** The constant for the name {@code bytes[start, end)}, a token, or null. */
    static @Nullable String find(byte[] bytes, int start, int end) {
        int length = end - start;
        if (length >= BY_LENGTH.length) {
            return null;
        }
        for (Known known : BY_LENGTH[length]) {
            if (known.is(bytes, start)) {
                return known.name;
            }
        }
        return null;
    }

    /** The names, for tests. */
    static List<String> names() {
        return List.copyOf(Arrays.asList(NAMES.toArray(new String[0])));
    }
}
