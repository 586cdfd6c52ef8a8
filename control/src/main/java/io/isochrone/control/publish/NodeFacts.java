package io.isochrone.control.publish;

import io.isochrone.config.wire.SnapshotId;
import org.jspecify.annotations.Nullable;

/**
 * What decisions know of a node.
 *
 * <p>Immutable.
 *
 * @param id unique in its service
 * @param gateway whether it is a gateway; a router otherwise
 * @param region canonical name; null for routers
 * @param address {@code host:port}
 * @param condition how it is, as it said last
 * @param silentNanos since it was heard of, by the clock of whoever counts
 * @param applied what it runs; null: nothing yet
 * @param refused what it refused last and still does; null: nothing
 * @param reason why it refused
 * @param rate requests per second when it reported last
 * @param total since it became known here
 * @param usual lately: older traffic counts ever less
 */
public record NodeFacts(
        String id,
        boolean gateway,
        @Nullable String region,
        String address,
        Condition condition,
        long silentNanos,
        @Nullable SnapshotId applied,
        @Nullable SnapshotId refused,
        @Nullable String reason,
        double rate,
        Traffic total,
        Traffic usual) {
    /** Silence after which a node is lost. */
    public static final long LOST_NANOS = 10_000_000_000L;

    /** How a node is, as it says. */
    public enum Condition {
        STARTING,
        SERVING,
        DRAINING
    }

    /**
     * Requests and how many of them were answered with 5xx.
     *
     * @param requests answered
     * @param errors of those with 5xx
     */
    public record Traffic(double requests, double errors) {
        /** No traffic. */
        public static final Traffic NONE = new Traffic(0, 0);

        Traffic plus(Traffic other) {
            return new Traffic(requests + other.requests, errors + other.errors);
        }

        /** What came since {@code earlier}; nothing when counting began anew. */
        Traffic since(Traffic earlier) {
            return requests < earlier.requests
                    ? NONE
                    : new Traffic(requests - earlier.requests, Math.max(0, errors - earlier.errors));
        }

        /** The share of errors, 0 to 1; 0 of too little traffic to say. */
        double errorShare(double atLeast) {
            return requests < atLeast || requests <= 0 ? 0 : Math.min(1, errors / requests);
        }
    }

    /** Whether it was not heard of for too long. */
    public boolean isLost() {
        return silentNanos >= LOST_NANOS;
    }

    /** Whether it takes requests, as far as is known. */
    public boolean isServing() {
        return condition == Condition.SERVING && !isLost();
    }
}
