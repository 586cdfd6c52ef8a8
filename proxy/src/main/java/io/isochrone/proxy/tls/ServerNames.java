package io.isochrone.proxy.tls;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which certificate fits the name that a client asks for: one with this very name, else one with a wildcard for its first label (RFC
 * 9525 §6.3), else the first. Of several that fit alike, the first.
 *
 * <p>Immutable.
 */
final class ServerNames {
    private final Map<String, Integer> exact = new HashMap<>();
    /** By what follows the asterisk, such as {@code .example.com}. */
    private final Map<String, Integer> wildcards = new HashMap<>();

    /** @param names {@code names.get(i)} = the names of certificate i, lower case */
    ServerNames(List<List<String>> names) {
        for (int i = 0; i < names.size(); i++) {
            for (String name : names.get(i)) {
                if (name.startsWith("*.")) {
                    wildcards.putIfAbsent(name.substring(1), i);
                } else {
                    exact.putIfAbsent(name, i);
                }
            }
        }
    }

    /** Index of the certificate for {@code asked}; null: the client named none. */
    int find(@Nullable String asked) {
        if (asked == null) {
            return 0;
        }
        String name = asked.toLowerCase(Locale.ROOT);
        Integer found = exact.get(name);
        if (found == null) {
            int dot = name.indexOf('.');
            found = dot > 0 ? wildcards.get(name.substring(dot)) : null;
        }
        return found == null ? 0 : found;
    }
}
