package io.isochrone.bench.drill;

import java.time.Duration;

/**
 * When what happens in a drill, from the start of the measured time.
 *
 * <p>Immutable.
 *
 * @param duration measured time
 * @param faultAt when the fault begins
 * @param healAt when it ends
 */
public record DrillTimes(Duration duration, Duration faultAt, Duration healAt) {
    /** 20 s, from the sixth to the thirteenth. */
    public static final DrillTimes USUAL = seconds(20, 6, 13);

    public DrillTimes {
        if (faultAt.isNegative()
                || faultAt.isZero()
                || faultAt.compareTo(healAt) >= 0
                || healAt.compareTo(duration) >= 0) {
            throw new IllegalArgumentException("fault-at " + faultAt + ", heal-at " + healAt + ", duration " + duration
                    + " (expected: above 0, each before the next)");
        }
    }

    static DrillTimes seconds(int duration, int faultAt, int healAt) {
        return new DrillTimes(Duration.ofSeconds(duration), Duration.ofSeconds(faultAt), Duration.ofSeconds(healAt));
    }

    /** The same course in another measured time. */
    public DrillTimes in(Duration other) {
        double scale = (double) other.toNanos() / duration.toNanos();
        return new DrillTimes(other, Duration.ofNanos((long) (faultAt.toNanos() * scale)), Duration.ofNanos((long)
                (healAt.toNanos() * scale)));
    }
}
