package io.isochrone.bench.soak;

/**
 * What a node held at a moment. Immutable.
 *
 * @param node its name
 * @param life how often it had been started: figures of two lives are of two processes
 * @param atNanos since the soak's load began; negative before
 * @param residentKib memory of the process
 * @param files open file descriptors
 * @param threads threads
 * @param page what its admin port showed
 */
public record Sample(String node, int life, long atNanos, long residentKib, int files, int threads, MetricsPage page) {
    /** Open client connections. */
    public double connections() {
        return page.value("isochrone_connections", "");
    }

    /** Requests under way. */
    public double inFlight() {
        return page.value("isochrone_requests_in_flight", "");
    }

    /** Direct memory that buffers in use hold, in KiB. */
    public double pinnedKib() {
        return page.value("isochrone_direct_memory_pinned_bytes", "") / 1024;
    }

    /** Direct memory that is kept for buffers, in KiB. */
    public double reservedKib() {
        return page.value("isochrone_direct_memory_reserved_bytes", "") / 1024;
    }

    /** The heap in use, garbage too, in KiB. */
    public double heapKib() {
        return page.value("jvm_memory_used_bytes", "area=\"heap\"") / 1024;
    }
}
