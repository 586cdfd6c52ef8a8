package io.isochrone.proxy.observe;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** How many series may still be made. Thread-safe. */
final class SeriesBudget {
    private final int max;
    private final AtomicInteger used = new AtomicInteger();
    private final LongAdder overflows = new LongAdder();

    SeriesBudget(int max) {
        this.max = max;
    }

    /** Takes {@code count} series; false when they are not there, which counts as an overflow. */
    boolean take(int count) {
        int now = used.get();
        while (now + count <= max) {
            if (used.compareAndSet(now, now + count)) {
                return true;
            }
            now = used.get();
        }
        overflows.increment();
        return false;
    }

    /** How many were taken. */
    int used() {
        return used.get();
    }

    /** How often none was left. */
    long overflows() {
        return overflows.sum();
    }
}
