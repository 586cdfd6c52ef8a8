package io.isochrone.bench.world;

import java.time.Duration;

/**
 * When what happens in a failover drill.
 *
 * <p>Immutable.
 *
 * @param ratePerSecond requests due per second
 * @param warmUp load before the measured time
 * @param duration measured time
 * @param killAt when the region is killed, after the start of the measured time
 * @param healAt when its nodes are started again
 * @param delay whether distances are simulated
 * @param front what routes
 */
public record FailoverPlan(
        double ratePerSecond,
        Duration warmUp,
        Duration duration,
        Duration killAt,
        Duration healAt,
        boolean delay,
        Front front) {
    private static final double MAX_REQUESTS = 5_000_000;

    public FailoverPlan {
        if (killAt.compareTo(healAt) >= 0 || healAt.compareTo(duration) >= 0) {
            throw new IllegalArgumentException("kill-at " + killAt + ", heal-at " + healAt + ", duration " + duration
                    + " (expected: each before the next)");
        }
        if (ratePerSecond * duration.toSeconds() > MAX_REQUESTS) {
            throw new IllegalArgumentException(
                    "rate times duration: " + ratePerSecond * duration.toSeconds() + " (expected: at most 5000000)");
        }
    }
}
