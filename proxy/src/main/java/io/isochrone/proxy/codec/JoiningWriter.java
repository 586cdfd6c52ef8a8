package io.isochrone.proxy.codec;

import io.isochrone.proxy.buffer.LoopBuffer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * Writes a message to a channel so that its head and a small body leave in one buffer, which is one plain send in place of a gathering
 * one; a larger body follows as the buffers that arrived, uncopied.
 *
 * <p>A head is held until {@link #flush}, or until something that does not fit follows. Confined to one event loop.
 */
public final class JoiningWriter {
    /** Bodies up to about this many bytes are copied behind their head. */
    private static final int JOINED_BYTES = 4096;

    private static final int HEAD_BYTES = 512;
    private static final LoopBuffer HEADS = new LoopBuffer(16 << 10);

    private final Channel channel;
    private @Nullable ByteBuf held;

    /** A writer to {@code channel}. */
    public JoiningWriter(Channel channel) {
        this.channel = channel;
    }

    /**
     * Begins a head; the buffer stays the writer's.
     *
     * @param length declared length of the body, or less than 0
     */
    public ByteBuf head(long length) {
        release();
        ByteBuf head = HEADS.borrow();
        if (head == null) {
            head = channel.alloc().buffer(HEAD_BYTES + (length > 0 && length <= JOINED_BYTES ? (int) length : 0));
        }
        held = head;
        return head;
    }

    /** Writes bytes that follow. Owns {@code bytes}. */
    public void body(ByteBuf bytes) {
        ByteBuf head = held;
        if (head != null && head.readableBytes() + bytes.readableBytes() <= 2 * JOINED_BYTES) {
            head.writeBytes(bytes);
            bytes.release();
        } else {
            release();
            channel.write(LoopBuffer.compact(bytes), channel.voidPromise());
        }
    }

    /** Hands what is held to the channel, without flushing it. */
    public void release() {
        ByteBuf head = held;
        if (head != null) {
            held = null;
            channel.write(head, channel.voidPromise());
        }
    }

    /** Sends everything. */
    public void flush() {
        release();
        channel.flush();
    }
}
