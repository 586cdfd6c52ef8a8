package io.isochrone.proxy.codec;

import io.netty.buffer.ByteBuf;

/**
 * Follows a WebSocket's bytes in one direction to know when one frame has ended and the next has not begun (RFC 6455 §5.2): only there
 * may a frame of ours be put in between.
 *
 * <p>Confined to one event loop.
 */
public final class WebSocketFrames {
    private static final int CLOSE = 8;
    private static final int MASK_BYTES = 4;

    private final int[] header = new int[14];
    private int have;
    private int need = 2;
    private long payload;
    private boolean closing;

    /** Takes the bytes that come next; reads them and leaves them as they are. */
    public void follow(ByteBuf bytes) {
        int at = bytes.readerIndex();
        int end = bytes.writerIndex();
        while (at < end) {
            if (payload > 0) {
                long n = Math.min(payload, end - at);
                payload -= n;
                at += (int) n;
            } else {
                header[have++] = bytes.getByte(at++) & 0xFF;
                if (have == 2) {
                    need = 2 + lengthBytes() + ((header[1] & 0x80) == 0 ? 0 : MASK_BYTES);
                }
                if (have == need) {
                    endHeader();
                }
            }
        }
    }

    private int lengthBytes() {
        return switch (header[1] & 0x7F) {
            case 126 -> 2;
            case 127 -> 8;
            default -> 0;
        };
    }

    private void endHeader() {
        int extended = lengthBytes();
        long length = extended == 0 ? header[1] & 0x7F : 0;
        for (int i = 0; i < extended; i++) {
            length = length << 8 | header[2 + i];
        }
        closing |= (header[0] & 0xF) == CLOSE;
        payload = length < 0 ? Long.MAX_VALUE : length;
        have = 0;
        need = 2;
    }

    /** Whether a frame may be put in here: none is under way, and no close frame has been seen. */
    public boolean mayInsert() {
        return have == 0 && payload == 0 && !closing;
    }

    /** Says that a close frame was put in. */
    public void closeInserted() {
        closing = true;
    }
}
