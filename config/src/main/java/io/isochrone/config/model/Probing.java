package io.isochrone.config.model;

import java.time.Duration;

/**
 * How nodes are probed.
 *
 * <p>Immutable.
 *
 * @param interval between probes of a node
 * @param timeout after which an unanswered probe counts as failed
 * @param fall failed probes in a row that take a node out
 * @param rise good probes in a row that bring it back
 */
public record Probing(Duration interval, Duration timeout, int fall, int rise) {
    /** Every 500 ms, 1 s to answer, 2 to fall, 2 to rise. */
    public static final Probing DEFAULTS = new Probing(Duration.ofMillis(500), Duration.ofMillis(1000), 2, 2);
}
