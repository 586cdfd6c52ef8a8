package io.isochrone.proxy.observe;

import io.isochrone.proxy.buffer.MemoryPressure;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.Map;

/** Shows the memory outside the heap that buffers of traffic take. Thread-safe: no state. */
final class MemoryGauges {
    private MemoryGauges() {}

    /**
     * Adds two gauges. <em>Pinned</em> is what buffers hold that somebody uses: nothing of it stays when traffic ends. <em>Reserved</em> is what the
     * allocator keeps for further buffers besides; it grows with the most that was ever pinned and shrinks late or never.
     */
    static void bind(Metrics metrics) {
        PooledByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
        metrics.gauge(
                "isochrone.direct.memory.pinned.bytes",
                "Memory outside the heap that buffers in use hold",
                Map.of(),
                MemoryPressure::heldBytes);
        metrics.gauge(
                "isochrone.direct.memory.reserved.bytes",
                "Memory outside the heap that is kept for buffers, in use or not",
                Map.of(),
                () -> allocator.metric().usedDirectMemory());
    }
}
