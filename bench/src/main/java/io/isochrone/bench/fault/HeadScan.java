package io.isochrone.bench.fault;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Finds out, from raw bytes, whether a chunk begins a request and for whom. Thread-safe: no state. */
public final class HeadScan {
    private static final byte[] FIELD = "x-forwarded-for:".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_METHOD = 12;

    private HeadScan() {}

    /** Whether the chunk starts like a request line: upper-case letters, then a space, then a slash, {@code *} or {@code h}. */
    public static boolean isRequestStart(ByteBuf chunk) {
        int from = chunk.readerIndex();
        int limit = Math.min(chunk.readableBytes(), MAX_METHOD + 2);
        for (int i = 0; i + 1 < limit; i++) {
            byte b = chunk.getByte(from + i);
            if (b == ' ') {
                byte next = chunk.getByte(from + i + 1);
                return i > 0 && (next == '/' || next == '*' || next == 'h');
            }
            if (b < 'A' || b > 'Z') {
                return false;
            }
        }
        return false;
    }

    /** The value of the head's first X-Forwarded-For, or null when the head in this chunk has none. */
    public static @Nullable String forwardedFor(ByteBuf chunk) {
        int end = chunk.writerIndex();
        int line = chunk.readerIndex();
        while (line < end) {
            int feed = chunk.indexOf(line, end, (byte) '\n');
            if (feed < 0) {
                return null;
            }
            if (feed - line <= 1) {
                return null;
            }
            if (matches(chunk, line, feed)) {
                int from = line + FIELD.length;
                return chunk.toString(from, feed - from, StandardCharsets.ISO_8859_1)
                        .trim();
            }
            line = feed + 1;
        }
        return null;
    }

    private static boolean matches(ByteBuf chunk, int from, int to) {
        if (to - from < FIELD.length) {
            return false;
        }
        for (int i = 0; i < FIELD.length; i++) {
            int b = chunk.getByte(from + i);
            if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != FIELD[i]) {
                return false;
            }
        }
        return true;
    }
}
