package io.isochrone.config.source;

import io.isochrone.config.wire.SnapshotId;

/**
 * A snapshot that a node would not run.
 *
 * <p>Immutable.
 *
 * @param id which
 * @param reason why, at most {@value #MOST_REASON} characters
 */
record Refusal(SnapshotId id, String reason) {
    static final int MOST_REASON = 2000;

    Refusal {
        reason = reason.length() <= MOST_REASON ? reason : reason.substring(0, MOST_REASON);
    }
}
