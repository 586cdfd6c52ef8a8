package io.isochrone.proxy.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Character classes of HTTP as tables over bytes, and comparisons without case (RFC 9110 §5.6). Thread-safe: constant tables. */
public final class Ascii {
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

    /** Eight bytes of an array as one number, the first in its lowest bits. */
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    /**
     * Eight bytes of a token in lower case as one number. Letters, digits and dashes are what they were, and no other characters of
     * tokens become such.
     */
    static long lowerWord(byte[] bytes, int from) {
        return (long) WORDS.get(bytes, from) | ' ' * ONES;
    }

    /** Where the first line feed in {@code bytes[from, end)} is, or -1. */
    public static int indexOfLineFeed(byte[] bytes, int from, int end) {
        int i = from;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            long word = (long) WORDS.get(bytes, i) ^ '\n' * ONES; // a line feed becomes zero
            long found = word - ONES & ~word & HIGHS; // the lowest bit that is set marks the first zero
            if (found != 0) {
                return i + (Long.numberOfTrailingZeros(found) >> 3);
            }
        }
        for (; i < end; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** The first place from {@code from} on whose byte is no field content; the caller knows that there is one. */
    static int valueEnd(byte[] bytes, int from) {
        int i = from;
        while (i <= bytes.length - Long.BYTES) {
            long word = (long) WORDS.get(bytes, i);
            long controls = word - ' ' * ONES & ~word & HIGHS; // below a blank; what follows the first may be wrong
            long del = (word ^ 0x7f * ONES) - ONES & ~(word ^ 0x7f * ONES) & HIGHS;
            long stop = controls | del;
            if (stop == 0) {
                i += Long.BYTES;
            } else {
                i += Long.numberOfTrailingZeros(stop) >> 3;
                if (bytes[i] != '\t') {
                    return i;
                }
                i++;
            }
        }
        while (isValue(bytes[i])) {
            i++;
        }
        return i;
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
