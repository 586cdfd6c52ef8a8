package io.isochrone.config.source;

import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.Location;
import io.isochrone.config.wire.SnapshotId;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node may go from what it runs to what it is offered. A replica of the control plane that fell behind offers what was before,
 * and a control plane that lost its data offers next to nothing: both look like any other update, and taken at their word they bring
 * revoked keys back or take the regions away from every router at once.
 *
 * <p>Thread-safe: no state.
 */
final class SnapshotRule {
    private SnapshotRule() {}

    /** Whether exactly this is run already. */
    static boolean isSame(SnapshotId have, String haveChecksum, SnapshotId offered, String checksum) {
        return have.equals(offered) && haveChecksum.equals(checksum);
    }

    /** Why an id and contents may not follow those that are run; null: they may. */
    static @Nullable String order(SnapshotId have, String haveChecksum, SnapshotId offered, String checksum) {
        int order = offered.compareTo(have);
        if (order < 0) {
            return "snapshot: " + offered + " (expected: none below " + have + ", which is run)";
        }
        if (order == 0 && !Objects.equals(haveChecksum, checksum)) {
            return "snapshot: " + offered + " with other contents than what is run by that number (expected: a higher"
                    + " one; a store that is begun anew needs a higher epoch)";
        }
        return null;
    }

    /**
     * Why a deployment may not follow the one that is run: more than half of the locations are gone. Null: it may.
     *
     * @param forced whether somebody said that this is meant
     */
    static @Nullable String shrinking(Deployment run, Deployment offered, boolean forced) {
        List<String> before = names(run);
        List<String> after = names(offered);
        List<String> gone =
                before.stream().filter(name -> !after.contains(name)).toList();
        if (forced || 2 * gone.size() <= before.size()) {
            return null;
        }
        return "service: " + gone.size() + " of " + before.size() + " locations removed, " + String.join(", ", gone)
                + " (expected: at most half at once, or force)";
    }

    private static List<String> names(Deployment deployment) {
        return deployment.service().locations().stream()
                .map(Location::region)
                .map(region -> region.name())
                .toList();
    }
}
