package io.isochrone.proxy.http;

/**
 * The grammar of Host: a registered name, an IPv4 address or an IPv6 address in brackets, and an optional port (RFC 9110 §7.2, RFC
 * 3986 §3.2). User information has no place in it. Thread-safe: no state.
 */
final class HostGrammar {
    private static final int MAX_PORT_DIGITS = 5;

    private HostGrammar() {}

    /** Whether {@code bytes[start, end)} is such a host; an empty one is not. */
    static boolean matches(byte[] bytes, int start, int end) {
        int i = start;
        if (i < end && bytes[i] == '[') {
            i++;
            while (i < end && (Ascii.hex(bytes[i]) >= 0 || bytes[i] == ':' || bytes[i] == '.')) {
                i++;
            }
            if (i - start < 3 || i == end || bytes[i] != ']') {
                return false;
            }
            i++;
        } else {
            while (i < end && Ascii.isHost(bytes[i])) {
                i++;
            }
            if (i == start) {
                return false;
            }
        }
        return i == end || bytes[i] == ':' && isPort(bytes, i + 1, end);
    }

    /** An empty port is one (RFC 3986 §3.2.3). */
    private static boolean isPort(byte[] bytes, int start, int end) {
        for (int i = start; i < end; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return false;
            }
        }
        return end - start <= MAX_PORT_DIGITS;
    }
}
