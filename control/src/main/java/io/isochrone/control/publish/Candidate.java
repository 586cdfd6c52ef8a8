package io.isochrone.control.publish;

import io.isochrone.config.wire.SnapshotId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way to all nodes, and how far it has come.
 *
 * <p>Immutable.
 *
 * @param line what is offered to the nodes of its stage
 * @param stage how far; never {@link Stage#IDLE}
 * @param canary the node that had it first; null when it began with everybody
 * @param region the canary's; null when it began with everybody
 * @param tried canaries that it was offered to, the last one is the canary
 * @param ids versions that it has had, the newest last
 */
public record Candidate(
        Line line,
        Stage stage,
        @Nullable String canary,
        @Nullable String region,
        List<String> tried,
        List<SnapshotId> ids) {
    /** Most versions that are remembered; a node with an older one counts as without it. */
    static final int MAX_IDS = 200;

    public Candidate {
        tried = List.copyOf(tried);
        ids = List.copyOf(ids.subList(Math.max(0, ids.size() - MAX_IDS), ids.size()));
    }

    /** In another stage. */
    Candidate in(Stage next) {
        return new Candidate(line, next, canary, region, tried, ids);
    }

    /** Whether a node is to run it. */
    public boolean isFor(boolean gateway, String id, @Nullable String nodeRegion) {
        return switch (stage) {
            case IDLE -> false;
            case CANARY -> gateway && id.equals(canary);
            case REGION -> gateway && nodeRegion != null && nodeRegion.equals(region);
            case ALL -> true;
        };
    }
}
