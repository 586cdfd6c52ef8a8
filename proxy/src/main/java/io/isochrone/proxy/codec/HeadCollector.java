package io.isochrone.proxy.codec;

import io.isochrone.proxy.http.Ascii;
import io.isochrone.proxy.http.Violation;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
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
    /** How many bytes are copied before they are looked at; a usual head, and not much of a body behind it. */
    private static final int STEP = 512;

    private byte[] head = {};
    private int length;
    /** How many bytes from the reader index on are in {@code head}. */
    private int copied;
    /** Where the line begins whose end is looked for. */
    private int line;

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
        if (line == 0) {
            skipEmptyLines(in);
        }
        int available = in.readableBytes();
        do {
            int from = copied;
            copy(in, Math.min(available - copied, STEP), maxHead);
            int lf = Ascii.indexOfLineFeed(head, Math.max(line, from), copied);
            while (lf >= 0) {
                if (lf == 0 || head[lf - 1] != '\r') {
                    return refuse(Violation.BARE_LF);
                }
                if (line == 0 && lf > maxLine) {
                    return refuse(Violation.TARGET_TOO_LONG);
                }
                if (lf - line == 1) {
                    return take(in, lf + 1, maxHead);
                }
                line = lf + 1;
                lf = Ascii.indexOfLineFeed(head, line, copied);
            }
            if (line == 0 && copied > maxLine) {
                return refuse(Violation.TARGET_TOO_LONG);
            }
        } while (copied < available && copied <= maxHead);
        return copied > maxHead && refuse(Violation.HEAD_TOO_LARGE);
    }

    private void copy(ByteBuf in, int bytes, int maxHead) {
        int needed = copied + bytes;
        if (head.length < needed) {
            head = Arrays.copyOf(head, Math.max(needed, Math.min(maxHead + STEP, Math.max(STEP, head.length * 2))));
        }
        in.getBytes(in.readerIndex() + copied, head, copied, bytes);
        copied = needed;
    }

    private boolean refuse(Violation because) {
        violation = because;
        return false;
    }

    private boolean take(ByteBuf in, int size, int maxHead) {
        reset();
        if (size > maxHead) {
            return refuse(Violation.HEAD_TOO_LARGE);
        }
        in.skipBytes(size);
        length = size;
        return true;
    }

    private void skipEmptyLines(ByteBuf in) {
        while (in.readableBytes() >= 2
                && in.getByte(in.readerIndex()) == '\r'
                && in.getByte(in.readerIndex() + 1) == '\n') {
            in.skipBytes(2);
            copied = 0;
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
        copied = 0;
        line = 0;
    }
}
