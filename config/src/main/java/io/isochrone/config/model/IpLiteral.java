package io.isochrone.config.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** IP addresses as text, read as literals only: a host name never becomes a DNS question (RFC 4291 §2.2). Thread-safe: no state. */
public final class IpLiteral {
    private IpLiteral() {}

    /** Returns 4 or 16 bytes in network order (IPv4-mapped IPv6 becomes IPv4), or null when {@code text} is not an address. */
    public static byte @Nullable [] parse(String text) {
        byte[] bytes = text.indexOf(':') >= 0 ? parseV6(text) : parseV4(text, 0, text.length());
        return bytes == null ? null : unmap(bytes);
    }

    /** Returns the IPv4 address inside an IPv4-mapped IPv6 one, anything else as it is. */
    public static byte[] unmap(byte[] address) {
        if (address.length != 16 || address[10] != -1 || address[11] != -1) {
            return address;
        }
        for (int i = 0; i < 10; i++) {
            if (address[i] != 0) {
                return address;
            }
        }
        return Arrays.copyOfRange(address, 12, 16);
    }

    /** Writes 4 or 16 bytes as text; IPv6 in the form of RFC 5952. */
    public static String format(byte[] address) {
        StringBuilder out = new StringBuilder(39);
        if (address.length == 4) {
            for (int i = 0; i < 4; i++) {
                out.append(i == 0 ? "" : ".").append(address[i] & 0xff);
            }
            return out.toString();
        }
        int bestStart = -1;
        int bestLength = 1;
        for (int i = 0; i < 8; i++) {
            int length = 0;
            while (i + length < 8 && group(address, i + length) == 0) {
                length++;
            }
            if (length > bestLength) {
                bestStart = i;
                bestLength = length;
            }
        }
        for (int i = 0; i < 8; i++) {
            if (i == bestStart) {
                out.append("::");
                i += bestLength - 1;
                continue;
            }
            if (!out.isEmpty() && out.charAt(out.length() - 1) != ':') {
                out.append(':');
            }
            out.append(Integer.toHexString(group(address, i)));
        }
        return out.toString();
    }

    private static int group(byte[] address, int i) {
        return (address[2 * i] & 0xff) << 8 | address[2 * i + 1] & 0xff;
    }

    private static byte @Nullable [] parseV4(String text, int from, int to) {
        byte[] out = new byte[4];
        int part = 0;
        int value = -1;
        int digits = 0;
        for (int i = from; i <= to; i++) {
            char c = i == to ? '.' : text.charAt(i);
            if (c == '.') {
                if (value < 0 || part > 3) {
                    return null;
                }
                out[part++] = (byte) value;
                value = -1;
                digits = 0;
            } else if (c >= '0' && c <= '9') {
                if (digits > 0 && value == 0) {
                    return null;
                }
                value = Math.max(value, 0) * 10 + c - '0';
                if (++digits > 3 || value > 255) {
                    return null;
                }
            } else {
                return null;
            }
        }
        return part == 4 ? out : null;
    }

    private static byte @Nullable [] parseV6(String text) {
        byte[] out = new byte[16];
        int length = 0;
        int gap = -1;
        int i = 0;
        int n = text.length();
        if (text.startsWith("::")) {
            gap = 0;
            i = 2;
        } else if (text.startsWith(":")) {
            return null;
        }
        while (i < n) {
            int end = i;
            int value = 0;
            while (end < n && Character.digit(text.charAt(end), 16) >= 0 && text.charAt(end) < 128) {
                value = value << 4 | Character.digit(text.charAt(end), 16);
                if (++end - i > 4) {
                    return null;
                }
            }
            if (end < n && text.charAt(end) == '.') {
                byte[] v4 = parseV4(text, i, n);
                if (v4 == null || length > 12) {
                    return null;
                }
                System.arraycopy(v4, 0, out, length, 4);
                length += 4;
                i = n;
                break;
            }
            if (end == i || length > 14) {
                return null;
            }
            out[length++] = (byte) (value >> 8);
            out[length++] = (byte) value;
            if (end == n) {
                i = n;
            } else if (text.charAt(end) != ':' || end + 1 == n) {
                return null;
            } else if (text.charAt(end + 1) == ':') {
                if (gap >= 0) {
                    return null;
                }
                gap = length;
                i = end + 2;
            } else {
                i = end + 1;
            }
        }
        if (gap < 0) {
            return length == 16 ? out : null;
        }
        if (length > 14) {
            return null;
        }
        byte[] filled = new byte[16];
        System.arraycopy(out, 0, filled, 0, gap);
        System.arraycopy(out, gap, filled, 16 - (length - gap), length - gap);
        return filled;
    }
}
