package io.isochrone.proxy.feed;

import io.isochrone.config.source.NodeReport;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.exchange.ExchangeObserver;
import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.Outcome;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What a node carries, for its reports: counts that event loops add to and one thread takes the growth of. What the node answers by itself
 * because it was asked how it is does not count.
 *
 * <p>Thread-safe: event loops count without locks; {@link #take} is called by one thread.
 */
public final class LoadMeter implements ExchangeObserver {
    /** Four to a doubling: a percentile is at most a fifth too high. */
    private static final int STEPS = 4;

    private static final int BUCKETS = 64 * STEPS;

    private final LongAdder errors = new LongAdder();
    private final LongAdder[] times = new LongAdder[BUCKETS];
    private final Map<String, LongAdder> regions = new ConcurrentHashMap<>();

    private final long[] timesBefore = new long[BUCKETS];
    private final Map<String, Long> regionsBefore = new HashMap<>();
    private long errorsBefore;
    private long takenNanos;

    /**
     * What was carried since it was taken last.
     *
     * @param load with what is under way
     * @param regions requests a second by the region that answered
     */
    public record Taken(NodeReport.Load load, Map<String, Double> regions) {
        public Taken {
            regions = Map.copyOf(regions);
        }
    }

    /** Begins to count at {@code nowNanos}. */
    public LoadMeter(long nowNanos) {
        takenNanos = nowNanos;
        for (int i = 0; i < BUCKETS; i++) {
            times[i] = new LongAdder();
        }
    }

    @Override
    public void ended(ExchangeRecord exchange) {
        if (exchange.outcome() == Outcome.ANSWERED || exchange.status() == 0) {
            return;
        }
        times[bucket(exchange.totalNanos())].increment();
        if (exchange.status() >= 500) {
            errors.increment();
        }
        String region = exchange.region();
        if (region != null) {
            LongAdder count = regions.get(region);
            if (count == null) {
                count = regions.computeIfAbsent(region, name -> new LongAdder()); // once for each region
            }
            count.increment();
        }
    }

    /** Bucket {@code i} holds times from 2^(i/4) nanoseconds on, the steps between the powers of two even. */
    static int bucket(long nanos) {
        long n = Math.max(STEPS, nanos);
        int power = 63 - Long.numberOfLeadingZeros(n);
        int step = (int) (n >>> power - 2) & STEPS - 1;
        return power * STEPS + step;
    }

    /** Where the bucket ends, in milliseconds. */
    static double endMillis(int bucket) {
        double power = Math.scalb(1.0, bucket / STEPS);
        return power * (1 + (bucket % STEPS + 1) / (double) STEPS) / 1e6;
    }

    /** What was carried since the last call. */
    public Taken take(long inFlight, long nowNanos) {
        double seconds = Math.max(1e-3, (nowNanos - takenNanos) / 1e9);
        takenNanos = nowNanos;
        long[] grown = new long[BUCKETS];
        long requests = 0;
        for (int i = 0; i < BUCKETS; i++) {
            long now = times[i].sum();
            grown[i] = now - timesBefore[i];
            timesBefore[i] = now;
            requests += grown[i];
        }
        long errorsNow = errors.sum();
        double errorRate = (errorsNow - errorsBefore) / seconds;
        errorsBefore = errorsNow;
        Map<String, Double> rates = new HashMap<>();
        regions.forEach((region, count) -> {
            long now = count.sum();
            Long before = regionsBefore.put(region, now);
            rates.put(region, (now - (before == null ? 0 : before)) / seconds);
        });
        NodeReport.Load load = new NodeReport.Load(
                requests / seconds,
                errorRate,
                inFlight,
                percentile(grown, requests, 0.5),
                percentile(grown, requests, 0.99));
        return new Taken(load, rates);
    }

    private static double percentile(long[] counts, long all, double share) {
        long left = (long) Math.ceil(all * share);
        for (int i = 0; i < counts.length && all > 0; i++) {
            left -= counts[i];
            if (left <= 0) {
                return endMillis(i);
            }
        }
        return 0;
    }

    @Override
    public void attemptEnded(Endpoint endpoint, @Nullable Failure failure, int status, long nanos) {}

    @Override
    public void connections(int delta) {}

    @Override
    public void upstreamConnections(Endpoint endpoint, int delta) {}

    @Override
    public void loopLag(long nanos) {}
}
