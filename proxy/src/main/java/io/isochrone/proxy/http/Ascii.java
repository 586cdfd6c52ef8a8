package io.isochrone.proxy.http;

/** Character classes of HTTP as tables over bytes, and comparisons without case (RFC 9110 §5.6). Thread-safe: constant tables. */
final class Ascii {
    private static final boolean[] TOKEN = table("!#$%&'*+-.^_`|~", true);
    private static final boolean[] TARGET = table("!$%&'()*+,-./:;=?@_~[]|{}^`\"<>\\", true);
    private static final boolean[] HOST = table("-._~!$&'()*+;=%", true);

    private Ascii() {}

    private static boolean[] table(String others, boolean alphanumeric) {
        boolean[] table = new boolean[256];
        for (int c = 0; alphanumeric && c < 128; c++) {
            table[c] = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
        }
        for (int i = 0; i < others.length(); i++) {
            table[others.charAt(i)] = true;
        }
        return table;
    }

    static boolean isToken(byte b) {
        return TOKEN[b & 0xff];
    }

    /** Visible ASCII that may stand in a request target; a fragment's {@code #} may not. */
    static boolean isTarget(byte b) {
        return TARGET[b & 0xff];
    }

    /** What a registered name may have (RFC 3986 §3.2.2), without the comma: a joined pair of Hosts must not pass for one. */
    static boolean isHost(byte b) {
        return HOST[b & 0xff];
    }

    /** Field content: visible, obs-text, space and tab. */
    static boolean isValue(byte b) {
        return b >= 0x20 && b != 0x7f || b < 0 || b == '\t';
    }

    static byte lower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
    }

    static int hex(byte b) {
        if (b >= '0' && b <= '9') {
            return b - '0';
        }
        byte l = lower(b);
        return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
    }

    /** Whether the range equals {@code ascii} byte for byte. */
    static boolean equals(byte[] bytes, int start, int end, String ascii) {
        if (end - start != ascii.length()) {
            return false;
        }
        for (int i = start; i < end; i++) {
            if (bytes[i] != ascii.charAt(i - start)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the range equals {@code lowerCase} without regard to case. */
    static boolean equalsIgnoreCase(byte[] bytes, int start, int end, String lowerCase) {
        if (end - start != lowerCase.length()) {
            return false;
        }
        for (int i = start; i < end; i++) {
            if (lower(bytes[i]) != lowerCase.charAt(i - start)) {
                return false;
            }
        }
        return true;
    }

    static boolean startsWithIgnoreCase(byte[] bytes, int start, int end, String lowerCase) {
        return end - start >= lowerCase.length()
                && equalsIgnoreCase(bytes, start, start + lowerCase.length(), lowerCase);
    }
}
