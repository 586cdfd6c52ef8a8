package io.isochrone.proxy.resilience;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Whether a node may refuse requests because it believes that they would be refused wherever they went. A belief is no ground as long as those that go are served in the
 * end, by whomever: only when more than a sixteenth of the requests in a window of {@value #WINDOW_MILLIS} ms were refused everywhere, and for
 * {@value #BELIEF_MILLIS} ms after the last such window or request. Meanwhile every {@value #PROBE_SHARE}th is sent nevertheless, to see.
 *
 * <p>Thread-safe: every event loop asks and tells, without locks and without allocation.
 */
public final class RefusalRule {
    static final int WINDOW_MILLIS = 250;
    static final int BELIEF_MILLIS = 1000;
    static final int PROBE_SHARE = 200;
    private static final long WINDOW_NANOS = WINDOW_MILLIS * 1_000_000L;
    private static final long BELIEF_NANOS = BELIEF_MILLIS * 1_000_000L;
    private static final int FEW = 10;
    private static final int SHARE = 16;

    private final LongAdder requests = new LongAdder();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicLong windowNanos = new AtomicLong();
    private volatile long requestsBefore;
    private volatile long seenNanos;
    private volatile boolean believed;

    /** A request ended, in whatever way. */
    public void ended() {
        requests.increment();
    }

    /** A request was refused wherever it was sent. */
    public void refusedEverywhere(long nowNanos) {
        int count = refused.incrementAndGet();
        if (believed) {
            seenNanos = nowNanos;
        }
        long began = windowNanos.get();
        long nanos = nowNanos - began;
        if (nanos >= 0 && nanos < WINDOW_NANOS) {
            if (count >= FEW && (long) count * SHARE > requests.sum() - requestsBefore) {
                seenNanos = nowNanos;
                believed = true;
            }
        } else if (windowNanos.compareAndSet(began, nowNanos)) {
            refused.set(1);
            requestsBefore = requests.sum();
        }
    }

    /** Whether one that nobody is believed to take may be refused here and now. */
    public boolean mayRefuse(long nowNanos) {
        if (!believed) {
            return false;
        }
        if (nowNanos - seenNanos > BELIEF_NANOS) {
            believed = false;
            return false;
        }
        return asked.incrementAndGet() % PROBE_SHARE != 0;
    }
}
