package io.isochrone.proxy.codec;

import io.isochrone.proxy.exchange.HeaderSink;
import io.isochrone.proxy.http.Bytes;
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

    private ByteBuf out = Unpooled.EMPTY_BUFFER;
    private Bytes head = new Bytes(0);

    /** Begins a head that goes into {@code next}, which stays its caller's. */
    public HeadWriter into(ByteBuf next) {
        out = next;
        head = SHARED.get();
        head.clear();
        return this;
    }

    /** Writes ASCII text; other characters and line breaks become {@code ?}. */
    public HeadWriter text(String text) {
        head.appendText(text);
        return this;
    }

    /** Writes bytes as they are. */
    public HeadWriter raw(byte[] bytes, int start, int end) {
        head.append(bytes, start, end);
        return this;
    }

    /** Writes CRLF. */
    public HeadWriter endLine() {
        head.append("\r\n");
        return this;
    }

    @Override
    public void add(String name, String value) {
        text(name).text(": ").text(value).endLine();
    }

    /** Writes the empty line and hands the head to its buffer. */
    public void endHead() {
        endLine();
        out.writeBytes(head.array(), 0, head.length());
        out = Unpooled.EMPTY_BUFFER;
    }
}
