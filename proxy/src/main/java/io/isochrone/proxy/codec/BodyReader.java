package io.isochrone.proxy.codec;

import io.isochrone.proxy.http.ChunkTracker;
import io.isochrone.proxy.http.HeaderFields;
import io.isochrone.proxy.http.Violation;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Follows a body through the buffers that carry it: how many bytes at the front belong to it, and when it is over. Bytes are passed
 * on as they are, framing included; only {@link #isData} tells framing from data, for a reader that wants data alone.
 *
 * <p>Confined to one event loop.
 */
public final class BodyReader {
    private enum Framing {
        NONE,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    private final ChunkTracker chunks = new ChunkTracker();
    private Framing framing = Framing.NONE;
    private long remaining;
    private long dataBytes;
    private boolean data;

    /** Starts a message without a body. */
    public void none() {
        start(Framing.NONE, 0);
    }

    /** Starts a body of {@code length} bytes. */
    public void length(long length) {
        start(length == 0 ? Framing.NONE : Framing.LENGTH, length);
    }

    /** Starts a chunked body. */
    public void chunked() {
        start(Framing.CHUNKED, 0);
    }

    /** Starts a chunked body whose trailer section is kept. */
    public void chunkedKeepingTrailers() {
        chunked();
        chunks.keepTrailers();
    }

    /** Starts a body that ends with its connection. */
    public void untilClose() {
        start(Framing.UNTIL_CLOSE, 0);
    }

    private void start(Framing kind, long length) {
        chunks.reset();
        framing = kind;
        remaining = length;
        dataBytes = 0;
    }

    /**
     * Takes the next run of the body from {@code in}: all of one kind (data or framing) when {@code split}, else as long as it
     * goes. Returns how many bytes at the reader index it has; they are not consumed. 0 when {@code in} is empty, the body is over
     * or a rule was broken.
     */
    public int next(ByteBuf in, boolean split) {
        int available = in.readableBytes();
        return switch (framing) {
            case NONE -> 0;
            case LENGTH -> lengthRun(available);
            case UNTIL_CLOSE -> {
                dataBytes += available;
                data = true;
                yield available;
            }
            case CHUNKED -> chunkRun(in, available, split);
        };
    }

    private int lengthRun(int available) {
        int n = (int) Math.min(available, remaining);
        remaining -= n;
        dataBytes += n;
        data = true;
        if (remaining == 0) {
            framing = Framing.NONE;
        }
        return n;
    }

    private int chunkRun(ByteBuf in, int available, boolean split) {
        int start = in.readerIndex();
        int taken = 0;
        while (taken < available && !chunks.isDone()) {
            long run = chunks.dataRemaining();
            if (run > 0) {
                if (split && taken > 0) {
                    data = false;
                    return taken;
                }
                int n = (int) Math.min(run, available - taken);
                chunks.skip(n);
                dataBytes += n;
                taken += n;
                if (split) {
                    data = true;
                    return taken;
                }
            } else if (!chunks.accept(in.getByte(start + taken))) {
                return 0;
            } else {
                taken++;
            }
        }
        if (chunks.isDone()) {
            framing = Framing.NONE;
        }
        data = false;
        return taken;
    }

    /** Whether the last run was data; meaningful after {@link #next} with {@code split}. */
    public boolean isData() {
        return data;
    }

    /** Whether the body is over; one that lasts until close never is. */
    public boolean isDone() {
        return framing == Framing.NONE;
    }

    /** The trailer section if the body has ended, has one and keeps it; otherwise null. */
    public @Nullable HeaderFields trailers() {
        return chunks.trailers();
    }

    /** Whether the end of the connection ends the body. */
    public boolean isUntilClose() {
        return framing == Framing.UNTIL_CLOSE;
    }

    /** Bytes of the body without framing, so far. */
    public long dataBytes() {
        return dataBytes;
    }

    /** What was broken, or null. */
    public @Nullable Violation violation() {
        return framing == Framing.CHUNKED ? chunks.violation() : null;
    }
}
