package io.isochrone.control.arm;

import java.nio.ByteBuffer;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The ETags of resources: the revision that wrote them, 8 bytes in Base64, as clients of the contract know them.
 *
 * <p>Thread-safe: no state.
 */
public final class Etag {
    private Etag() {}

    /** Without quotes, for bodies. */
    public static String bare(long revision) {
        return Base64.getEncoder()
                .encodeToString(
                        ByteBuffer.allocate(Long.BYTES).putLong(revision).array());
    }

    /** In quotes, for headers. */
    public static String quoted(long revision) {
        return '"' + bare(revision) + '"';
    }

    /** Whether an If-Match header allows a change of what was written at {@code revision}: absent, {@code *} or a list with its tag. */
    public static boolean allows(@Nullable String ifMatch, long revision) {
        if (ifMatch == null) {
            return true;
        }
        for (String each : ifMatch.split(",")) {
            String tag = each.strip();
            if (tag.equals("*") || tag.equals(quoted(revision)) || tag.equals(bare(revision))) {
                return true;
            }
        }
        return false;
    }
}
