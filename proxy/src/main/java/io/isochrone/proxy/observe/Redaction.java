package io.isochrone.proxy.observe;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Hides the values of secret query parameters in a request target, whatever way their names are written. Immutable. */
public final class Redaction {
    private final Set<String> names;

    /** @param names parameter names; case does not count */
    public Redaction(List<String> names) {
        Set<String> lower = new HashSet<>();
        names.forEach(name -> lower.add(name.toLowerCase(Locale.ROOT)));
        this.names = Set.copyOf(lower);
    }

    /** The target with {@code ***} for every secret value. */
    public String redact(String target) {
        int query = target.indexOf('?');
        if (query < 0) {
            return target;
        }
        StringBuilder out = new StringBuilder(target.length()).append(target, 0, query + 1);
        int start = query + 1;
        while (start <= target.length()) {
            int end = start;
            while (end < target.length() && target.charAt(end) != '&' && target.charAt(end) != ';') {
                end++;
            }
            int equals = target.indexOf('=', start);
            if (equals >= 0 && equals < end && names.contains(decoded(target.substring(start, equals)))) {
                out.append(target, start, equals + 1).append("***");
            } else {
                out.append(target, start, end);
            }
            if (end < target.length()) {
                out.append(target.charAt(end));
            }
            start = end + 1;
        }
        return out.toString();
    }

    private static String decoded(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < bytes.length; i++) {
            int high = i + 2 < bytes.length && bytes[i] == '%' ? Character.digit(bytes[i + 1], 16) : -1;
            int low = high >= 0 ? Character.digit(bytes[i + 2], 16) : -1;
            if (low >= 0) {
                out.append((char) (high << 4 | low));
                i += 2;
            } else {
                out.append((char) bytes[i]);
            }
        }
        return out.toString().toLowerCase(Locale.ROOT);
    }
}
