package io.isochrone.config.model;

import java.time.Duration;

/**
 * When a router sends a request that waits for its answer a second time, to another node.
 *
 * <p>Immutable.
 *
 * @param enabled whether it does so at all
 * @param percentile of the node's recent times to the first byte, 50 to 99: a request that waits longer is slow
 * @param minDelay what waits less than this is not slow in any case
 * @param maxPercent most second attempts, in percent of the requests, 1 to 20; one a second is allowed besides
 */
public record Hedging(boolean enabled, int percentile, Duration minDelay, int maxPercent) {
    /** Off; when it is on: slower than 95 of 100, and than 20 ms, 5 of 100 requests. */
    public static final Hedging DEFAULTS = new Hedging(false, 95, Duration.ofMillis(20), 5);
}
