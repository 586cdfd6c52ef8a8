package io.isochrone.bench.load;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * The sums of a run: latencies from the time requests were due, who served, and why requests failed.
 *
 * <p>Not thread-safe; confined to its owner.
 */
public final class LoadTally implements SampleSink {
    /** The name under which responses without {@code Isochrone-Region} are counted. */
    public static final String NO_REGION = "(none)";

    private static final int MAX_REGIONS = 256;
    private static final long HIGHEST_NANOS = 3_600_000_000_000L;

    private final Histogram latency = new Histogram(HIGHEST_NANOS, 3);
    private final Map<String, Histogram> regions = new TreeMap<>();
    private final Map<LoadFailure, Long> failures = new EnumMap<>(LoadFailure.class);
    private final Map<Integer, Long> statuses = new TreeMap<>();
    private long succeeded;
    private long failed;

    @Override
    public void accept(Sample sample) {
        long nanos = Math.min(Math.max(sample.latencyNanos(), 0), HIGHEST_NANOS);
        latency.recordValue(nanos);
        if (sample.status() > 0) {
            statuses.merge(sample.status(), 1L, Long::sum);
        }
        if (sample.failure() == null) {
            succeeded++;
        } else {
            failed++;
            failures.merge(sample.failure(), 1L, Long::sum);
        }
        if (sample.status() > 0) {
            String region = sample.region() == null ? NO_REGION : sample.region();
            String key = regions.size() < MAX_REGIONS || regions.containsKey(region) ? region : "(further)";
            regions.computeIfAbsent(key, unused -> new Histogram(HIGHEST_NANOS, 3))
                    .recordValue(nanos);
        }
    }

    /** Latencies of all requests in nanoseconds, failed ones too. */
    public Histogram latency() {
        return latency;
    }

    /** Latencies of the requests that were answered, by region, in the order of names. */
    public Map<String, Histogram> regions() {
        return regions;
    }

    /** How many requests failed, by cause. */
    public Map<LoadFailure, Long> failures() {
        return failures;
    }

    /** How many responses came, by status code. */
    public Map<Integer, Long> statuses() {
        return statuses;
    }

    public long succeeded() {
        return succeeded;
    }

    public long failed() {
        return failed;
    }

    /** All requests that ended. */
    public long total() {
        return succeeded + failed;
    }
}
