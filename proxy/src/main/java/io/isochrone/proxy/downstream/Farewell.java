package io.isochrone.proxy.downstream;

import io.isochrone.proxy.codec.WebSocketFrames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Tells the client of a WebSocket why it ends, where the upstream no longer can (RFC 6455 §7.4.1).
 *
 * <p>Confined to one event loop.
 */
final class Farewell {
    /** The node is being stopped. */
    static final int GOING_AWAY = 1001;
    /** The upstream died; the client may come back at once. */
    static final int SERVICE_RESTART = 1012;

    private static final int FINAL_CLOSE = 0x88;

    private final WebSocketFrames frames = new WebSocketFrames();
    private long leaveNanos;

    /** Takes bytes that go to the client; leaves them as they are. */
    void follow(ByteBuf bytes) {
        frames.follow(bytes);
    }

    /** A close frame to send now; null where none may stand, because another frame is under way or the last was a close. */
    @Nullable
    ByteBuf close(int code, ByteBufAllocator allocator) {
        if (!frames.mayInsert()) {
            return null;
        }
        frames.closeInserted();
        return allocator.buffer(4).writeByte(FINAL_CLOSE).writeByte(2).writeShort(code);
    }

    /** Whether the node drains and this client's turn to leave has come: each has its own, so that not all come back at once. */
    boolean isDue(long nowNanos, LoopState loop) {
        if (!loop.isDraining()) {
            return false;
        }
        if (leaveNanos == 0) {
            long drain = loop.settings().timeouts().drain().toNanos();
            leaveNanos = nowNanos + ThreadLocalRandom.current().nextLong(Math.max(1, drain / 4 * 3));
        }
        return nowNanos - leaveNanos >= 0;
    }
}
