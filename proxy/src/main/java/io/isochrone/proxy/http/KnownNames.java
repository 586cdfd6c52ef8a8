package io.isochrone.proxy.http;

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
    private static final String[][] BY_LENGTH = byLength();

    private KnownNames() {}

    private static String[][] byLength() {
        String[][] table = new String[40][];
        for (int length = 0; length < table.length; length++) {
            int wanted = length;
            table[length] = NAMES.stream().filter(n -> n.length() == wanted).toArray(String[]::new);
        }
        return table;
    }

    static @Nullable String find(byte[] bytes, int start, int end) {
        int length = end - start;
        if (length >= BY_LENGTH.length) {
            return null;
        }
        for (String name : BY_LENGTH[length]) {
            if (Ascii.equalsIgnoreCase(bytes, start, end, name)) {
                return name;
            }
        }
        return null;
    }

    /** The names, for tests. */
    static List<String> names() {
        return List.copyOf(Arrays.asList(NAMES.toArray(new String[0])));
    }
}
