package io.isochrone.proxy.http;

import org.jspecify.annotations.Nullable;

/**
 * Brings the path of a request target into the one form that every tier decides by (RFC 3986 §6.2.2). A path that two servers
 * could read differently is refused, not repaired: otherwise a route that needs no key leads to one that does.
 *
 * <p>Refused: dot segments, also encoded or with something behind the dots that a server may cut off ({@code ..;x ..%3Bx ..%20});
 * empty segments; backslash; {@code %2F %5C %00} and other encoded control characters; {@code %25} before two hexadecimal digits,
 * as they come or as they are once decoded (double encoding); overlong UTF-8, which lenient decoders read as ASCII (RFC 3629 §10);
 * a percent sign without two digits. Made one: encoded unreserved characters are decoded, other escapes get upper-case digits.
 * The query is passed on as it is. A path in normal form is its own normal form.
 *
 * <p>Thread-safe: no state.
 */
public final class PathNormalizer {
    private PathNormalizer() {}

    /** Returns the target with its path in normal form (the same object when nothing changed), or null when it is refused. */
    public static @Nullable String normalize(String target) {
        int query = target.indexOf('?');
        int end = query < 0 ? target.length() : query;
        if (end == 0 || target.charAt(0) != '/') {
            return null;
        }
        String path = target;
        if (target.lastIndexOf('%', end - 1) >= 0) {
            path = decoded(target, end);
            if (path == null) {
                return null;
            }
            end = path.length();
            if (path.contentEquals(target.subSequence(0, query < 0 ? target.length() : query))) {
                path = target;
            } else if (query >= 0) {
                path = path + target.substring(query);
            }
        }
        return hasOnlyPlainSegments(path, end) ? path : null;
    }

    private static boolean hasOnlyPlainSegments(String path, int end) {
        int start = 1;
        for (int i = 1; i <= end; i++) {
            char c = i == end ? '/' : path.charAt(i);
            if (c == '\\') {
                return false;
            }
            if (c == '/') {
                int segmentEnd = i;
                for (int k = start; k < i; k++) {
                    if (path.charAt(k) == ';') {
                        segmentEnd = k;
                        break;
                    }
                }
                boolean empty = i == start && i < end;
                if (empty || segmentEnd == start && i > start || isDots(path, start, segmentEnd)) {
                    return false;
                }
                start = i + 1;
            }
        }
        return true;
    }

    /** Whether a segment is one or two dots, or those and then an escape: what follows them might be cut off elsewhere. */
    private static boolean isDots(String path, int start, int end) {
        int i = start;
        while (i < end && path.charAt(i) == '.') {
            i++;
        }
        int dots = i - start;
        return (dots == 1 || dots == 2) && (i == end || path.charAt(i) == '%');
    }

    private static @Nullable String decoded(String target, int end) {
        StringBuilder out = new StringBuilder(end);
        for (int i = 0; i < end; i++) {
            char c = target.charAt(i);
            if (c != '%') {
                out.append(c);
                continue;
            }
            int value = escape(target, i, end);
            if (value < 0x20 || value == 0x7f || value == '/' || value == '\\' || isOverlong(target, i, end, value)) {
                return null;
            }
            if (isUnreserved(value)) {
                out.append((char) value);
            } else {
                out.append('%')
                        .append(Character.toUpperCase(target.charAt(i + 1)))
                        .append(Character.toUpperCase(target.charAt(i + 2)));
            }
            i += 2;
        }
        return isDoublyEncoded(out) ? null : out.toString();
    }

    /** Whether the escaped byte begins a UTF-8 sequence that is longer than its character needs (RFC 3629 §3). */
    private static boolean isOverlong(String target, int at, int end, int value) {
        int next = value == 0xe0 || value == 0xf0 ? escape(target, at + 3, end) : -1;
        return value == 0xc0
                || value == 0xc1
                || value == 0xe0 && next >= 0x80 && next < 0xa0
                || value == 0xf0 && next >= 0x80 && next < 0x90;
    }

    /** Whether decoding the path once more would make another escape; looked for in what was decoded, or {@code %25%32%65} hides. */
    private static boolean isDoublyEncoded(StringBuilder path) {
        for (int i = path.indexOf("%25"); i >= 0; i = path.indexOf("%25", i + 3)) {
            if (i + 4 < path.length()
                    && Ascii.hex((byte) path.charAt(i + 3)) >= 0
                    && Ascii.hex((byte) path.charAt(i + 4)) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** Value of the escape whose percent sign is at {@code at}, or -1. */
    private static int escape(String text, int at, int end) {
        if (at + 2 >= end || text.charAt(at) != '%') {
            return -1;
        }
        int high = Ascii.hex((byte) text.charAt(at + 1));
        int low = Ascii.hex((byte) text.charAt(at + 2));
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static boolean isUnreserved(int c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }
}
