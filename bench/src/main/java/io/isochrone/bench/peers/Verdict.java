package io.isochrone.bench.peers;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which runs count. Thread-safe: no state. */
final class Verdict {
    private Verdict() {}

    /** Why a run does not count, or null when it does. */
    static @Nullable String of(long completed, long failed, double foreign) {
        if (completed == 0) {
            return "no request was answered";
        }
        return failed > 0 ? failed + " of " + (completed + failed) + " requests failed" : foreign(foreign);
    }

    /** Why a run does not count while others use so many processors, or null when it does. */
    static @Nullable String foreign(double foreign) {
        return foreign <= PeersPlan.FOREIGN_LIMIT
                ? null
                : String.format(
                        Locale.ROOT,
                        "others used %.2f processors (expected: at most %.2f)",
                        foreign,
                        PeersPlan.FOREIGN_LIMIT);
    }
}
