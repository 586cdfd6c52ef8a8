package io.isochrone.proxy.codec;

import io.isochrone.proxy.exchange.HeaderSink;
import io.netty.buffer.ByteBuf;

/**
 * Writes a head: start line, fields, empty line.
 *
 * <p>Confined to one event loop; owns no buffer.
 */
public final class HeadWriter implements HeaderSink {
    private ByteBuf out;

    /** A writer into {@code out}, which stays its caller's. */
    public HeadWriter(ByteBuf out) {
        this.out = out;
    }

    /** Goes on into another buffer. */
    public HeadWriter into(ByteBuf next) {
        out = next;
        return this;
    }

    /** Writes ASCII text; other characters and line breaks become {@code ?}. */
    public HeadWriter text(String text) {
        int n = text.length();
        out.ensureWritable(n);
        for (int i = 0; i < n; i++) {
            char c = text.charAt(i);
            out.writeByte(c >= 0x20 && c < 0x100 && c != 0x7f || c == '\t' ? c : '?');
        }
        return this;
    }

    /** Writes bytes as they are. */
    public HeadWriter raw(byte[] bytes, int start, int end) {
        out.writeBytes(bytes, start, end - start);
        return this;
    }

    /** Writes CRLF. */
    public HeadWriter endLine() {
        out.writeShort('\r' << 8 | '\n');
        return this;
    }

    @Override
    public void add(String name, String value) {
        text(name).text(": ").text(value).endLine();
    }
}
