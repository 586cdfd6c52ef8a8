package io.isochrone.router.latency;

/**
 * How much slower than its distance a region is measured. The least of the last {@value #WINDOW} samples counts, and nothing before
 * there are that many: a stalled processor makes some probes slow, a longer path makes all of them slow, and only the path is a reason
 * to send clients elsewhere; after the region was out, two samples. From there the average jumps up at once and comes down by an eighth per sample, for a path that became
 * slow hurts now and one that became fast can wait. What is published changes only by more than 10 ms and 15 %, so that two nearly
 * equal regions do not take turns.
 *
 * <p>Not thread-safe; confined to its owner.
 */
public final class Inflation {
    static final int WINDOW = 10;
    static final int AFTER_INTERRUPTION = 2;
    private static final double MIN_STEP_MILLIS = 10;
    private static final double MIN_STEP_SHARE = 0.15;

    private final double[] recent = new double[WINDOW];
    private int samples;
    private int needed = WINDOW;
    private double average = -1;
    private double published;

    /** Takes a measured round trip and the one that distance explains, both in milliseconds; returns the inflation to steer by. */
    public double sample(double measuredMillis, double explainedMillis) {
        recent[samples++ % WINDOW] = measuredMillis;
        if (samples < needed) {
            return published;
        }
        double least = recent[0];
        for (int i = 1; i < Math.min(samples, WINDOW); i++) {
            least = Math.min(least, recent[i]);
        }
        average = average < 0 || least > average ? least : average + (least - average) / 8;
        double inflation = Math.max(0, average - explainedMillis);
        if (Math.abs(inflation - published) > Math.max(MIN_STEP_MILLIS, published * MIN_STEP_SHARE)) {
            published = inflation;
        }
        return published;
    }

    /** The region was out: what was measured before says little about now, and two samples are enough to go by. */
    public void interrupted() {
        samples = 0;
        needed = AFTER_INTERRUPTION;
    }

    /** The smoothed round trip in milliseconds, or -1 before the window is full. */
    public double averageMillis() {
        return average;
    }

    /** What is steered by, in milliseconds. */
    public double published() {
        return published;
    }
}
