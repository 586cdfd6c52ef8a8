package io.isochrone.config.model;

import java.time.Duration;

/**
 * How nodes are probed, and how one that was out comes back.
 *
 * <p>Immutable.
 *
 * @param interval between probes of a node
 * @param timeout after which an unanswered probe counts as failed
 * @param fall failed probes in a row that take a node out
 * @param rise good probes in a row that bring it back
 * @param holdDown how long a node that went out again soon after it came back must be well without a break before it is used;
 *     doubles each time
 * @param maxHoldDown where the doubling ends
 * @param ramp how long a node that is back takes to get its full share; zero: at once
 */
public record Probing(
        Duration interval,
        Duration timeout,
        int fall,
        int rise,
        Duration holdDown,
        Duration maxHoldDown,
        Duration ramp) {
    /** Every 500 ms, 1 s to answer, 2 to fall, 2 to rise; back within 8 s, held down for 5 s to 5 min when it relapses. */
    public static final Probing DEFAULTS = new Probing(
            Duration.ofMillis(500),
            Duration.ofMillis(1000),
            2,
            2,
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofSeconds(8));

    /** With which a node that is well again is used in full at once, however often it fell. */
    public Probing(Duration interval, Duration timeout, int fall, int rise) {
        this(interval, timeout, fall, rise, Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }
}
