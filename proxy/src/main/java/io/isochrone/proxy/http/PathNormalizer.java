package io.isochrone.proxy.http;

import org.jspecify.annotations.Nullable;

/**
 * Brings the path of a request target into the one form that every tier decides by (RFC 3986 §6.2.2). A path that two servers
 * could read differently is refused, not repaired: otherwise a route that needs no key leads to one that does.
 *
 * <p>Refused: dot segments, also encoded; empty segments; backslash; {@code %2F %5C %00} and other encoded control characters;
 * {@code %25} before two hexadecimal digits (double encoding); a percent sign without two digits. Made one: encoded unreserved
 * characters are decoded, other escapes get upper-case digits. The query is passed on as it is but for bad escapes.
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
                int length = segmentEnd - start;
                boolean dots = length == 1 && path.charAt(start) == '.'
                        || length == 2 && path.charAt(start) == '.' && path.charAt(start + 1) == '.';
                boolean empty = i == start && i < end;
                if (dots || empty || length == 0 && i > start) {
                    return false;
                }
                start = i + 1;
            }
        }
        return true;
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
            if (value < 0x20 || value == 0x7f || value == '/' || value == '\\') {
                return null;
            }
            if (value == '%'
                    && i + 4 < end
                    && Ascii.hex((byte) target.charAt(i + 3)) >= 0
                    && Ascii.hex((byte) target.charAt(i + 4)) >= 0) {
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
        return out.toString();
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
