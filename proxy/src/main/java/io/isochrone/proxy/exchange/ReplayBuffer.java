package io.isochrone.proxy.exchange;

import io.isochrone.proxy.buffer.LoopBuffer;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * The request body as far as it was received, kept so that it can be sent again. Up to its cap it is whole; once it had to drop
 * bytes that were already sent, the request can no longer be replayed.
 *
 * <p>Confined to one event loop.
 */
final class ReplayBuffer {
    private final int cap;
    private List<ByteBuf> kept = List.of();
    private int bytes;
    private boolean overflowed;

    ReplayBuffer(int cap) {
        this.cap = cap;
    }

    /** Keeps a retained view of {@code run} whether or not it fits; the caller asks {@link #isFull} and stops reading. */
    void keep(ByteBuf run) {
        if (overflowed) {
            return;
        }
        if (kept.isEmpty()) {
            kept = new ArrayList<>(4);
        }
        kept.add(LoopBuffer.compact(run.retainedSlice()));
        bytes += run.readableBytes();
    }

    /** Whether the cap is reached. */
    boolean isFull() {
        return bytes > cap;
    }

    /** Forgets everything if the cap is exceeded: what was kept has been sent. */
    void trim() {
        if (bytes > cap) {
            overflowed = true;
            release();
        }
    }

    /** Forgets everything, which must have been sent; returns whether there was anything. */
    boolean forget() {
        if (kept.isEmpty()) {
            return false;
        }
        overflowed = true;
        release();
        return true;
    }

    /** Whether the whole body so far is still here. */
    boolean isWhole() {
        return !overflowed;
    }

    /** Sends everything kept. */
    void sendTo(UpstreamStream stream) {
        for (ByteBuf run : kept) {
            stream.body(run.retainedDuplicate());
        }
    }

    /** Lets go of the buffers. */
    void release() {
        for (ByteBuf run : kept) {
            run.release();
        }
        kept = List.of();
        bytes = 0;
    }
}
