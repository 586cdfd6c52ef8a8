package io.isochrone.proxy.buffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A direct buffer of each event loop that is lent out again as soon as nobody holds it any more: what is read, and what is written, is
 * mostly gone before the next message comes, so that one buffer, which the processor's cache has, does for all connections.
 *
 * <p>Whoever borrows it owns one reference, as of a buffer of their own. Who keeps a part of it for long keeps all of it:
 * {@link #compact} is for those.
 *
 * <p>Thread-safe: each thread has its own, released when the thread ends.
 */
public final class LoopBuffer {
    /** How often in a row the buffer may be found lent before its borrower may keep it for good. */
    private static final int MOST_MISSES = 8;

    /** What is shorter than this share of its buffer, and is kept, is copied. */
    private static final int WORTH_KEEPING = 4;

    /** Bytes that loops own, of all buffers. */
    private static final LongAdder OWN = new LongAdder();

    private final int capacity;
    private final FastThreadLocal<Slot> slots = new FastThreadLocal<>() {
        @Override
        protected Slot initialValue() {
            return new Slot();
        }

        @Override
        protected void onRemoval(Slot slot) {
            slot.release();
        }
    };

    /** The buffer of one thread. */
    private final class Slot {
        private @Nullable ByteBuf buffer;
        private int misses;

        void release() {
            misses = 0;
            ByteBuf owned = buffer;
            buffer = null;
            if (owned != null) {
                OWN.add(-capacity);
                owned.release();
            }
        }
    }

    /** @param capacity bytes of each loop's buffer */
    public LoopBuffer(int capacity) {
        this.capacity = capacity;
    }

    /** The loop's buffer, empty; or null while somebody holds it; who holds it for long keeps it, and the loop takes another. */
    public @Nullable ByteBuf borrow() {
        Slot slot = slots.get();
        ByteBuf buffer = slot.buffer;
        if (buffer == null) {
            buffer = PooledByteBufAllocator.DEFAULT.directBuffer(capacity);
            OWN.add(capacity);
            slot.buffer = buffer;
        } else if (buffer.refCnt() != 1) {
            if (++slot.misses == MOST_MISSES) {
                slot.release();
            }
            return null;
        }
        slot.misses = 0;
        if (buffer.capacity() > capacity) { // a message that was too large for it made it grow
            slot.release();
            return null;
        }
        return buffer.clear().retain();
    }

    /** How many bytes all loops own and may lend: the allocator takes them for used, though nobody may be using them. Any thread. */
    public static long ownBytes() {
        return OWN.sum();
    }

    /** Returns {@code bytes}, or a copy of them if they are a small part of what they lie in. Owns {@code bytes}, the caller the result. */
    public static ByteBuf compact(ByteBuf bytes) {
        int readable = bytes.readableBytes();
        ByteBuf whole = bytes.unwrap();
        while (whole != null && whole.unwrap() != null) {
            whole = whole.unwrap();
        }
        int held = whole == null ? bytes.capacity() : whole.capacity();
        if (held < LoopReads.CAPACITY || (long) readable * WORTH_KEEPING >= held) {
            return bytes;
        }
        ByteBuf copy = PooledByteBufAllocator.DEFAULT.directBuffer(Math.max(1, readable));
        copy.writeBytes(bytes);
        bytes.release();
        return copy;
    }
}
