package io.isochrone.proxy.buffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets a channel read into its loop's {@link LoopBuffer} while that is free, and into buffers of their own otherwise. Handlers that
 * keep what they have not used must {@link #compact} it.
 *
 * <p>One per channel; confined to its event loop.
 */
public final class LoopReads implements RecvByteBufAllocator {
    /** Bytes of a loop's buffer: a message of 64 KiB with its head is read at once. */
    static final int CAPACITY = 80 << 10;

    private static final int MESSAGES_PER_READ = 16;
    private static final LoopBuffer BUFFER = new LoopBuffer(CAPACITY);
    private static final RecvByteBufAllocator OWN =
            new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(MESSAGES_PER_READ);

    private boolean ended;

    private LoopReads() {}

    /** Lets a channel that has not read yet read so. */
    public static void begin(Channel channel) {
        channel.config().setRecvByteBufAllocator(new LoopReads());
    }

    /** Lets a channel read into buffers of its own again: from now on its handlers keep what they like. */
    public static void end(Channel channel) {
        RecvByteBufAllocator allocator = channel.config().getRecvByteBufAllocator();
        if (allocator instanceof LoopReads reads) {
            reads.ended = true;
        }
    }

    /** Returns {@code bytes} that are kept, or a copy of them if they would keep much more than themselves; null stays null. */
    public static @Nullable ByteBuf compact(@Nullable ByteBuf bytes) {
        return bytes == null ? null : LoopBuffer.compact(bytes);
    }

    @Override
    @SuppressWarnings("deprecation") // what the interface returns is called so; its extension is what channels ask for
    public Handle newHandle() {
        return new LoopHandle((ExtendedHandle) OWN.newHandle());
    }

    private final class LoopHandle extends DelegatingHandle implements ExtendedHandle {
        private final ExtendedHandle own;

        LoopHandle(ExtendedHandle own) {
            super(own);
            this.own = own;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator alloc) {
            ByteBuf lent = ended ? null : BUFFER.borrow();
            return lent == null ? own.allocate(alloc) : lent;
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier mayBeMore) {
            return own.continueReading(mayBeMore);
        }
    }
}
