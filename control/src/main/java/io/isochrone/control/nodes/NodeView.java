package io.isochrone.control.nodes;

import io.isochrone.config.wire.SnapshotId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A node as the control plane knows it now.
 *
 * <p>Immutable.
 *
 * @param id unique in its service, the same after a restart
 * @param kind gateway or router
 * @param region canonical name of the region that a gateway serves; null for routers
 * @param address where routers reach a gateway, {@code host:port}
 * @param state how it is
 * @param applied what it runs; null: nothing from this control plane yet
 * @param refusal why it refused what was offered last; null: it did not
 * @param load what it carried when it reported last
 * @param seen when it was heard of last
 */
public record NodeView(
        String id,
        Kind kind,
        @Nullable String region,
        String address,
        State state,
        @Nullable SnapshotId applied,
        @Nullable String refusal,
        Load load,
        Instant seen) {
    /** What a node does. */
    public enum Kind {
        GATEWAY,
        ROUTER
    }

    /** How a node is. */
    public enum State {
        STARTING,
        SERVING,
        DRAINING,
        /** Not heard of for longer than a node may be silent. */
        LOST
    }

    /**
     * What a node carried over its last period of reports.
     *
     * @param requestsPerSecond answered
     * @param errorsPerSecond answered with 5xx
     * @param inFlight under way when it reported
     * @param p50Millis median time to answer
     * @param p99Millis 99th percentile
     */
    public record Load(
            double requestsPerSecond, double errorsPerSecond, int inFlight, double p50Millis, double p99Millis) {
        /** Of a node that has not reported any. */
        public static final Load NONE = new Load(0, 0, 0, 0, 0);
    }
}
