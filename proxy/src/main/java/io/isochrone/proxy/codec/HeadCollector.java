package io.isochrone.proxy.codec;

import io.isochrone.proxy.http.Violation;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a head ends in the bytes that have arrived and copies it into an array of its own. Empty lines before a start line
 * are skipped (RFC 9112 §2.2). A line feed without its carriage return is refused as soon as it is seen.
 *
 * <p>Shape: {@code head[0, length)} is the head with its final empty line.
 *
 * <p>Confined to one event loop.
 */
public final class HeadCollector {
    private byte[] head = {};
    private int length;
    /** Offset from the reader index up to which lines have been looked at; a multiple of whole lines. */
    private int scanned;

    private @Nullable Violation violation;

    /**
     * Looks for a whole head at the reader index of {@code in}. When there is one it is copied, {@code in} stands behind it and
     * true is returned. Otherwise false: more bytes are needed, or {@link #violation} is set.
     *
     * @param maxLine longest first line, checked before its end has arrived
     * @param maxHead largest head
     */
    public boolean collect(ByteBuf in, int maxLine, int maxHead) {
        violation = null;
        if (scanned == 0) {
            skipEmptyLines(in);
        }
        int start = in.readerIndex();
        int end = in.writerIndex();
        int line = start + scanned;
        while (line < end) {
            int lf = in.indexOf(line, end, (byte) '\n');
            if (lf < 0) {
                break;
            }
            if (lf == start || in.getByte(lf - 1) != '\r') {
                violation = Violation.BARE_LF;
                return false;
            }
            if (line == start && lf - line > maxLine) {
                violation = Violation.TARGET_TOO_LONG;
                return false;
            }
            if (lf - line == 1) {
                return take(in, lf + 1 - start, maxHead);
            }
            line = lf + 1;
        }
        scanned = line - start;
        if (scanned == 0 && end - start > maxLine) {
            violation = Violation.TARGET_TOO_LONG;
        } else if (end - start > maxHead) {
            violation = Violation.HEAD_TOO_LARGE;
        }
        return false;
    }

    private boolean take(ByteBuf in, int size, int maxHead) {
        scanned = 0;
        if (size > maxHead) {
            violation = Violation.HEAD_TOO_LARGE;
            return false;
        }
        if (head.length < size) {
            head = new byte[Math.max(size, Math.min(maxHead, Math.max(512, head.length * 2)))];
        }
        in.readBytes(head, 0, size);
        length = size;
        return true;
    }

    private static void skipEmptyLines(ByteBuf in) {
        while (in.readableBytes() >= 2
                && in.getByte(in.readerIndex()) == '\r'
                && in.getByte(in.readerIndex() + 1) == '\n') {
            in.skipBytes(2);
        }
    }

    /** Why {@link #collect} returned false, or null when it needs more bytes. */
    public @Nullable Violation violation() {
        return violation;
    }

    /** The bytes of the last head; valid until the next one. */
    public byte[] head() {
        return head;
    }

    /** Length of the last head. */
    public int length() {
        return length;
    }

    /** Forgets lines that were looked at; for bytes that will not be asked for again. */
    public void reset() {
        scanned = 0;
    }
}
