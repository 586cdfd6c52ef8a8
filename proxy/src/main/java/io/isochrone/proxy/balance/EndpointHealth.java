package io.isochrone.proxy.balance;

import io.isochrone.proxy.outcome.Failure;

/** What is known of an endpoint's health. Thread-safe: every event loop writes outcomes, all read; a read may be one write old. */
public interface EndpointHealth {
    /** Whether requests may be sent. O(1), no allocation. */
    boolean isUsable(long nowNanos);

    /** Whether the latest evidence is that nobody listens at the address. O(1), no allocation. */
    default boolean isRefusing() {
        return false;
    }

    /** The share of its requests that the endpoint gets now, 0 to 1: less than 1 while it comes back. O(1), no allocation. */
    default double share(long nowNanos) {
        return isUsable(nowNanos) ? 1 : 0;
    }

    /** Whether somebody wants to hear of silence, and can find out what it means. */
    default boolean isWatched() {
        return false;
    }

    /** Whether the endpoint is silent, and is being asked why. */
    default boolean isSuspect() {
        return false;
    }

    /** Whether the endpoint is out because it says nothing: who waits there waits in vain. */
    default boolean isMute() {
        return false;
    }

    /** Requests wait, and nothing was heard for longer than is usual. Called on event loops; must not block. */
    default void silent(long nowNanos) {}

    /** An attempt failed. Called on event loops; must not block. */
    void failed(Failure failure, long nowNanos);

    /** An attempt brought a response head after {@code nanos}. Called on event loops; must not block. */
    void succeeded(long nanos, long nowNanos);

    /** The answer that {@link #succeeded} was told of is a server error, or ended too soon or as no HTTP. Called on event loops; must not block. */
    default void answeredBadly() {}

    /** A health that is always good, for endpoints that nobody watches. */
    EndpointHealth ALWAYS_GOOD = new EndpointHealth() {
        @Override
        public boolean isUsable(long nowNanos) {
            return true;
        }

        @Override
        public void failed(Failure failure, long nowNanos) {}

        @Override
        public void succeeded(long nanos, long nowNanos) {}
    };
}
