package io.isochrone.proxy.http;

/**
 * Which fields may not be trailers: those that say how a message is framed, routed or authorised (RFC 9110 §6.5.1), or who sent it.
 * Thread-safe: no state.
 */
final class TrailerNames {
    private TrailerNames() {}

    /** Whether the name in {@code bytes[start, end)}, in any case, is one of them. */
    static boolean isForbidden(byte[] bytes, int start, int end) {
        return is(bytes, start, end, "content-length")
                || is(bytes, start, end, "transfer-encoding")
                || is(bytes, start, end, "host")
                || is(bytes, start, end, "connection")
                || is(bytes, start, end, "authorization")
                || is(bytes, start, end, "proxy-authorization")
                || is(bytes, start, end, "x-real-ip")
                || is(bytes, start, end, "set-cookie")
                || is(bytes, start, end, "cookie")
                || is(bytes, start, end, "expect")
                || is(bytes, start, end, "te")
                || is(bytes, start, end, "trailer")
                || is(bytes, start, end, "via")
                || is(bytes, start, end, "forwarded")
                || Ascii.startsWithIgnoreCase(bytes, start, end, "x-forwarded-")
                || Ascii.startsWithIgnoreCase(bytes, start, end, "isochrone-");
    }

    private static boolean is(byte[] bytes, int start, int end, String lowerCase) {
        return Ascii.equalsIgnoreCase(bytes, start, end, lowerCase);
    }
}
