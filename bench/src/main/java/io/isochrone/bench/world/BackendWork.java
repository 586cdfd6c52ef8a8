package io.isochrone.bench.world;

/**
 * How long requests take at a backend that can do so much at once: each of its workers takes the same time for one after the other, and who finds all of them busy waits.
 *
 * <p>Not thread-safe; confined to its owner. {@code freeNanos[i]} is when worker i has nothing more to do.
 */
final class BackendWork {
    private final long eachNanos;
    private final long[] freeNanos;

    /** @param eachNanos for one request; 0: none */
    BackendWork(int workers, long eachNanos, long nowNanos) {
        this.eachNanos = eachNanos;
        this.freeNanos = new long[workers];
        java.util.Arrays.fill(freeNanos, nowNanos);
    }

    /** Gives a request to the worker that is free first; returns nanoseconds from now until it is done. */
    long take(long nowNanos) {
        int first = 0;
        for (int i = 1; i < freeNanos.length; i++) {
            if (freeNanos[i] - freeNanos[first] < 0) {
                first = i;
            }
        }
        long start = freeNanos[first] - nowNanos < 0 ? nowNanos : freeNanos[first];
        freeNanos[first] = start + eachNanos;
        return freeNanos[first] - nowNanos;
    }
}
