package io.isochrone.proxy.codec;

import io.isochrone.proxy.exchange.HeaderSink;
import io.isochrone.proxy.http.Bytes;
import io.isochrone.proxy.http.HeaderFields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * Writes a head: start line, fields, empty line. What is written is gathered in bytes that all writers of a thread share, and goes
 * into the buffer in one copy at {@link #endHead}, so heads are written one after the other, each to its end.
 *
 * <p>Confined to one event loop; owns no buffer.
 */
public final class HeadWriter implements HeaderSink {
    private static final FastThreadLocal<Bytes> SHARED = new FastThreadLocal<>() {
        @Override
        protected Bytes initialValue() {
            return new Bytes(4096);
        }
    };

    private static final String CRLF = "\r\n";
    private static final byte[] NOTHING = {};

    private ByteBuf out = Unpooled.EMPTY_BUFFER;
    private Bytes head = new Bytes(0);
    /** Where the lines are that were asked for and not yet copied: {@code runBytes[runStart, runEnd)}; empty: none. */
    private byte[] runBytes = NOTHING;

    private int runStart;
    private int runEnd;

    /** Begins a head that goes into {@code next}, which stays its caller's. */
    public HeadWriter into(ByteBuf next) {
        out = next;
        head = SHARED.get();
        head.clear();
        runBytes = NOTHING;
        return this;
    }

    /** Writes ASCII text; other characters and line breaks become {@code ?}. */
    public HeadWriter text(String text) {
        endRun();
        head.appendText(text);
        return this;
    }

    /** Writes bytes as they are. */
    public HeadWriter raw(byte[] bytes, int start, int end) {
        endRun();
        head.append(bytes, start, end);
        return this;
    }

    /** Writes the line of a field as it came; lines that follow one another there are copied at once. */
    public HeadWriter line(HeaderFields fields, int i) {
        int start = fields.lineStart(i);
        if (runBytes != fields.bytes() || start != runEnd + CRLF.length()) {
            endRun();
            runBytes = fields.bytes();
            runStart = start;
        }
        runEnd = fields.lineEnd(i);
        return this;
    }

    private void endRun() {
        if (runBytes.length > 0) {
            head.append(runBytes, runStart, runEnd).append(CRLF);
            runBytes = NOTHING;
        }
    }

    /** Writes CRLF. */
    public HeadWriter endLine() {
        endRun();
        head.append(CRLF);
        return this;
    }

    @Override
    public void add(String name, String value) {
        endRun();
        head.append(name).append(": ").appendText(value);
        head.append(CRLF);
    }

    /** Writes the empty line and hands the head to its buffer. */
    public void endHead() {
        endLine();
        out.writeBytes(head.array(), 0, head.length());
        out = Unpooled.EMPTY_BUFFER;
    }
}
