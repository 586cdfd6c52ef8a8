package io.isochrone.proxy.observe;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Hides secrets in request targets before they are shown.
 *
 * <p>A key that is sent as a query parameter ends up in every log that shows targets. Named parameters are found however their
 * names are written: in any case, percent-encoded, after {@code &}, {@code ;} or a second {@code ?}, in the path as well.
 * Where servers disagree about where a value ends, the longer reading is hidden: up to the next {@code &}.
 *
 * <p>Immutable.
 */
public final class Redaction {
    private static final String HIDDEN = "***";

    private final Set<String> names = new HashSet<>();

    /** @param secretParameters names of query parameters, compared without case */
    public Redaction(Collection<String> secretParameters) {
        for (String name : secretParameters) {
            names.add(name.toLowerCase(Locale.ROOT));
        }
    }

    /** The target with the values of secret parameters and any user information of an absolute target as {@code ***}. */
    public String redact(String target) {
        String shown = withoutUserInfo(target);
        StringBuilder out = null;
        int copied = 0;
        int at = 0;
        while (at < shown.length()) {
            if (!startsParameter(shown.charAt(at))) {
                at++;
                continue;
            }
            int equals = endOfName(shown, at + 1);
            if (equals >= shown.length() || shown.charAt(equals) != '=' || !isSecret(shown.substring(at + 1, equals))) {
                at = Math.max(at + 1, equals);
                continue;
            }
            if (out == null) {
                out = new StringBuilder(shown.length());
            }
            int end = shown.indexOf('&', equals);
            end = end < 0 ? shown.length() : end;
            out.append(shown, copied, equals + 1).append(HIDDEN);
            copied = end;
            at = end;
        }
        return out == null ? shown : out.append(shown, copied, shown.length()).toString();
    }

    private static boolean startsParameter(char c) {
        return c == '?' || c == '&' || c == ';';
    }

    private static int endOfName(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) != '=' && !startsParameter(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private boolean isSecret(String name) {
        return names.contains(decode(name).trim().toLowerCase(Locale.ROOT));
    }

    /** Decodes percent-encoding and plus signs; what is no valid encoding stays as it is. */
    private static String decode(String name) {
        if (name.indexOf('%') < 0 && name.indexOf('+') < 0) {
            return name;
        }
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            int value = bytes[i] == '+' ? ' ' : bytes[i];
            if (bytes[i] == '%' && i + 2 < bytes.length) {
                int high = Character.digit(bytes[i + 1], 16);
                int low = Character.digit(bytes[i + 2], 16);
                if (high >= 0 && low >= 0) {
                    value = high << 4 | low;
                    i += 2;
                }
            }
            bytes[length++] = (byte) value;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static String withoutUserInfo(String target) {
        int scheme = target.indexOf("://");
        if (scheme < 0 || target.startsWith("/")) {
            return target;
        }
        int begin = scheme + 3;
        int end = begin;
        while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
            end++;
        }
        int at = target.lastIndexOf('@', end - 1);
        return at < begin ? target : target.substring(0, begin) + HIDDEN + target.substring(at);
    }
}
