package io.isochrone.bench.fault;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How often each request reached a backend, by its {@code X-Req-Id}; proves that nothing was executed twice.
 *
 * <p>Thread-safe. It grows by an entry per id, so a run has to bound its ids.
 */
public final class Ledger {
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();

    /** Enters an execution. */
    public void record(String id) {
        counts.computeIfAbsent(id, unused -> new AtomicInteger()).incrementAndGet();
    }

    /** How often the request arrived; 0 when never. */
    public int count(String id) {
        AtomicInteger count = counts.get(id);
        return count == null ? 0 : count.get();
    }

    /** The highest count of any id; 0 when nothing arrived. */
    public int max() {
        return counts.values().stream().mapToInt(AtomicInteger::get).max().orElse(0);
    }

    /** How many ids arrived more than once. */
    public long repeated() {
        return counts.values().stream().filter(count -> count.get() > 1).count();
    }

    /** How many different ids arrived. */
    public int size() {
        return counts.size();
    }

    /** Forgets everything. */
    public void clear() {
        counts.clear();
    }
}
