package io.isochrone.proxy.codec;

import io.isochrone.proxy.exchange.HeaderSink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;

/**
 * Writes a head: start line, fields, empty line. What is written is gathered in an array that all writers of a thread share, and goes
 * into the buffer in one copy at {@link #endHead}, so heads are written one after the other, each to its end.
 *
 * <p>Confined to one event loop; owns no buffer.
 */
public final class HeadWriter implements HeaderSink {
    private static final FastThreadLocal<Scratch> SCRATCH = new FastThreadLocal<>() {
        @Override
        protected Scratch initialValue() {
            return new Scratch();
        }
    };

    private ByteBuf out = Unpooled.EMPTY_BUFFER;
    private Scratch scratch = new Scratch();

    /** Bytes of the head that is being written. Confined to one thread. */
    private static final class Scratch {
        private static final byte[] EMPTY = {};

        byte[] bytes = EMPTY;
        int length;

        /** Makes room for {@code n} bytes more. */
        byte[] room(int n) {
            if (bytes.length - length < n) {
                bytes = Arrays.copyOf(bytes, Math.max(4096, Math.max(bytes.length * 2, length + n)));
            }
            return bytes;
        }
    }

    /** Begins a head that goes into {@code next}, which stays its caller's. */
    public HeadWriter into(ByteBuf next) {
        out = next;
        scratch = SCRATCH.get();
        scratch.length = 0;
        return this;
    }

    /** Writes ASCII text; other characters and line breaks become {@code ?}. */
    public HeadWriter text(String text) {
        int n = text.length();
        byte[] bytes = scratch.room(n);
        int at = scratch.length;
        for (int i = 0; i < n; i++) {
            char c = text.charAt(i);
            bytes[at + i] = (byte) (c >= 0x20 && c < 0x100 && c != 0x7f || c == '\t' ? c : '?');
        }
        scratch.length = at + n;
        return this;
    }

    /** Writes bytes as they are. */
    public HeadWriter raw(byte[] from, int start, int end) {
        int n = end - start;
        System.arraycopy(from, start, scratch.room(n), scratch.length, n);
        scratch.length += n;
        return this;
    }

    /** Writes CRLF. */
    public HeadWriter endLine() {
        byte[] bytes = scratch.room(2);
        bytes[scratch.length++] = '\r';
        bytes[scratch.length++] = '\n';
        return this;
    }

    @Override
    public void add(String name, String value) {
        text(name).text(": ").text(value).endLine();
    }

    /** Writes the empty line and hands the head to its buffer. */
    public void endHead() {
        endLine();
        out.writeBytes(scratch.bytes, 0, scratch.length);
        out = Unpooled.EMPTY_BUFFER;
    }
}
