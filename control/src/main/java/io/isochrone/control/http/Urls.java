package io.isochrone.control.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the target of a request, decoded strictly. Pure.
 *
 * <p>Thread-safe: no state.
 */
final class Urls {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:\\[\\]_-]{1,300}");

    private Urls() {}

    /** A path without its percent signs, or null when it is none: a broken escape, bytes that are not UTF-8, a NUL, {@code ..}. */
    static @Nullable String path(String raw) {
        String decoded = decoded(raw, false);
        if (decoded == null || !decoded.startsWith("/") || decoded.indexOf(0) >= 0) {
            return null;
        }
        for (String word : decoded.split("/", -1)) {
            if (word.equals("..") || word.equals(".")) {
                return null;
            }
        }
        return decoded;
    }

    /** The first value of each parameter by its name as written, or null when the query is broken. */
    static @Nullable Map<String, String> query(@Nullable String raw) {
        Map<String, String> query = new LinkedHashMap<>();
        if (raw == null || raw.isEmpty()) {
            return query;
        }
        for (String pair : raw.split("&")) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals), true);
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1), true);
            if (name == null || value == null) {
                return null;
            }
            if (!name.isEmpty()) {
                query.putIfAbsent(name, value);
            }
        }
        return query;
    }

    /** The caller's own view of the server; {@code host} is its Host header, null or odd when {@code otherwise} is to be used. */
    static String base(String scheme, @Nullable String host, String otherwise) {
        return scheme + "://" + (host != null && HOST.matcher(host).matches() ? host : otherwise);
    }

    private static @Nullable String decoded(String raw, boolean plusIsBlank) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
                int low = high < 0 ? -1 : Character.digit(raw.charAt(i + 2), 16);
                if (low < 0) {
                    return null;
                }
                bytes.write(high << 4 | low);
                i += 2;
            } else if (c == '+' && plusIsBlank) {
                bytes.write(' ');
            } else if (c < 0x80) {
                bytes.write(c);
            } else {
                return null;
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
