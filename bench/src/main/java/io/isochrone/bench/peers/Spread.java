package io.isochrone.bench.peers;

import java.util.Arrays;
import java.util.Collection;

/**
 * Smallest, middle and largest of some figures.
 *
 * <p>Immutable.
 *
 * @param count how many there are, at least 1
 */
public record Spread(double min, double median, double max, int count) {
    /** Of at least one figure; the median of an even number is the mean of the middle two. */
    public static Spread of(Collection<Double> figures) {
        double[] sorted =
                figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            throw new IllegalArgumentException("figures: none (expected: at least one)");
        }
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, Arrays.stream(sorted).max().orElseThrow(), sorted.length);
    }
}
