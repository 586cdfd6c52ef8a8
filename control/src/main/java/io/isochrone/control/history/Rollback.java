package io.isochrone.control.history;

import io.isochrone.control.store.Contents;
import io.isochrone.control.store.PastChange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way back to a revision: what every key was before the first audited change after it. What the control plane itself has written
 * meanwhile, without audit, to a key that no audited change has touched since stays.
 *
 * <p>Immutable.
 *
 * @param difference what has to change
 * @param nearest when the difference is too large for one commit: a later revision to which it is not (the newest one when even
 *     the last change cannot be undone at once); else 0
 */
record Rollback(Difference difference, long nearest) {
    /**
     * Back to {@code to}.
     *
     * @param after all audited changes above {@code to}, newest first
     */
    static Rollback to(Contents now, List<PastChange> after) {
        Difference difference = undoing(now, after);
        if (difference.fitsOneCommit()) {
            return new Rollback(difference, 0);
        }
        int fits = 0;
        int tooMany = after.size();
        while (tooMany - fits > 1) {
            int middle = (fits + tooMany) / 2;
            if (undoing(now, after.subList(0, middle)).fitsOneCommit()) {
                fits = middle;
            } else {
                tooMany = middle;
            }
        }
        return new Rollback(difference, after.get(fits).revision());
    }

    private static Difference undoing(Contents now, List<PastChange> changes) {
        Map<String, @Nullable String> target = new HashMap<>();
        changes.forEach(change -> undo(change, target));
        return Difference.of(now, target);
    }

    private static void undo(PastChange change, Map<String, @Nullable String> target) {
        for (PastChange.KeyChange each : change.keys()) {
            if (Difference.covers(each.key())) {
                target.put(each.key(), each.before());
            }
        }
    }
}
