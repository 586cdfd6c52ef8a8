package io.isochrone.control.http;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who answers below a path. Prefixes are compared without case and by whole words; {@code /} is everything that no longer prefix has.
 *
 * <p>Immutable.
 *
 * @param prefix such as {@code /nodes/v1}, lower-case
 * @param open whether it is answered without a token too, then with {@link Caller#ANONYMOUS}
 * @param endpoint who answers; null when {@code stream} does
 * @param stream who answers over time
 */
public record Mount(
        String prefix,
        boolean open,
        @Nullable Endpoint endpoint,
        @Nullable StreamEndpoint stream) {
    /** For callers with a token. */
    public static Mount of(String prefix, Endpoint endpoint) {
        return new Mount(prefix, false, endpoint, null);
    }

    /** For everybody; a token that is shown must be good all the same. */
    public static Mount open(String prefix, Endpoint endpoint) {
        return new Mount(prefix, true, endpoint, null);
    }

    /** For callers with a token, answered over time. */
    public static Mount stream(String prefix, StreamEndpoint stream) {
        return new Mount(prefix, false, null, stream);
    }

    /** The one of {@code mounts} with the longest prefix of {@code path}, or null. */
    static @Nullable Mount find(List<Mount> mounts, String path) {
        String low = path.toLowerCase(Locale.ROOT);
        Mount best = null;
        for (Mount each : mounts) {
            if (each.holds(low) && (best == null || each.prefix.length() > best.prefix.length())) {
                best = each;
            }
        }
        return best;
    }

    private boolean holds(String path) {
        return prefix.equals("/") || path.equals(prefix) || path.startsWith(prefix + "/");
    }
}
