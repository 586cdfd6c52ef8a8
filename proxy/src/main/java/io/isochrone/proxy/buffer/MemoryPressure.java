package io.isochrone.proxy.buffer;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the buffers of the process hold more together than they may. Each of them has a bound of its own, but thousands at their
 * bounds are more memory than there is, and a process that runs out of it fails requests that it was half done with.
 *
 * <p>What is held is what the allocator says that buffers in use take: bodies kept to be sent again, writes that wait, heads and
 * bodies that have arrived. Every event loop's sweep asks, so an answer is at most 100 ms old, and what arrives in between comes on top.
 *
 * <p>Levels: NONE → SCARCE at three quarters of the bound → FULL at the bound, and back each an eighth of the bound lower, so that a value
 * that wavers does not switch at every look.
 *
 * <p>Thread-safe: every event loop measures and reads.
 */
public final class MemoryPressure {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryPressure.class);

    /** How little is left. */
    public enum Level {
        /** Enough. */
        NONE,
        /** Nothing is kept that only might be needed. */
        SCARCE,
        /** No new request is taken. */
        FULL
    }

    private final AtomicBoolean changing = new AtomicBoolean();
    private volatile Level level = Level.NONE;

    /** Bytes that buffers in use take, without those that loops lend. Takes the allocator's locks: not for the path of requests. */
    public static long heldBytes() {
        return Math.max(0, PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() - LoopBuffer.ownBytes());
    }

    /** The bound for a configured number of bytes; 0: three quarters of what the JVM allows outside the heap. */
    public static long bound(long configured) {
        return configured > 0 ? configured : PlatformDependent.maxDirectMemory() / 4 * 3;
    }

    /** Takes a measurement; tells once when the level changes. */
    public void measure(long heldBytes, long boundBytes) {
        Level before = level;
        Level after = next(before, heldBytes, boundBytes);
        if (after != before && changing.compareAndSet(false, true)) { // another loop that changes it is as right
            boolean first = level == before;
            level = first ? after : level;
            changing.set(false);
            if (first) {
                tell(before, after, heldBytes, boundBytes);
            }
        }
    }

    private static void tell(Level before, Level after, long held, long bound) {
        if (after.compareTo(before) > 0) {
            LOG.warn("buffers hold too much level={} held={} bound={}", after, held, bound);
        } else {
            LOG.info("buffers hold less again level={} held={} bound={}", after, held, bound);
        }
    }

    static Level next(Level before, long held, long bound) {
        long margin = bound / 8;
        if (held >= (before == Level.FULL ? bound - margin : bound)) {
            return Level.FULL;
        }
        return held >= bound / 4 * 3 - (before == Level.NONE ? 0 : margin) ? Level.SCARCE : Level.NONE;
    }

    /** What was measured last. */
    public Level level() {
        return level;
    }

    /** Whether nothing may be kept that only might be needed. */
    public boolean isScarce() {
        return level != Level.NONE;
    }

    /** Whether no new request may be taken. */
    public boolean isFull() {
        return level == Level.FULL;
    }
}
