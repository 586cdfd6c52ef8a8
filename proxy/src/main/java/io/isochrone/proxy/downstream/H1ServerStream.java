package io.isochrone.proxy.downstream;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.codec.HalfClose;
import io.isochrone.proxy.codec.HeadWriter;
import io.isochrone.proxy.codec.JoiningWriter;
import io.isochrone.proxy.exchange.DownstreamStream;
import io.isochrone.proxy.exchange.Forwarding;
import io.isochrone.proxy.exchange.LocalAnswer;
import io.isochrone.proxy.http.H1Request;
import io.isochrone.proxy.http.H1Response;
import io.isochrone.proxy.http.HeaderFields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes responses to an HTTP/1 client. A body of unknown length goes out chunked to HTTP/1.1 and until close to HTTP/1.0.
 *
 * <p>Confined to one event loop.
 */
final class H1ServerStream implements DownstreamStream {
    private static final ByteBuf LAST_CHUNK = Unpooled.unreleasableBuffer(
            Unpooled.directBuffer(5).writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));

    /** Length of a status line without version and reason, such as {@code " 200 "}. */
    private static final int BARE_STATUS = 5;

    private final DownstreamConnection connection;
    private final Channel channel;
    private final H1Request request;
    private final LoopState loop;
    private final JoiningWriter out;
    private final HeadWriter writer = new HeadWriter();

    private boolean closing;
    private boolean wrapping;
    private boolean untilClose;
    private boolean tunnel;
    /** Of a WebSocket; null: something else. */
    private @Nullable Farewell farewell;

    H1ServerStream(DownstreamConnection connection, Channel channel, H1Request request, LoopState loop) {
        this.connection = connection;
        this.channel = channel;
        this.request = request;
        this.loop = loop;
        this.out = new JoiningWriter(channel);
    }

    /** Makes ready for the next request. */
    void begin() {
        closing = false;
        wrapping = false;
        untilClose = false;
    }

    /** Lets the connection end with this response. */
    void closeAfter() {
        closing = true;
    }

    /** Lets go of what is held: the client is gone. */
    void gone() {
        out.release();
    }

    /** Whether the connection ends with this response. */
    boolean isClosing() {
        return closing;
    }

    void closeWhenFlushed() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    void shutdownWhenFlushed() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> HalfClose.shutdownOutput(channel));
    }

    @Override
    public H1Request request() {
        return request;
    }

    @Override
    public void informational(H1Response head) {
        if (request.isOneZero()) {
            return;
        }
        ByteBuf interim = channel.alloc().buffer(128);
        statusLine(interim, head);
        HeaderFields fields = head.fields();
        for (int i = 0; i < fields.count(); i++) {
            if (!fields.isHopByHop(i)) {
                writer.line(fields, i);
            }
        }
        writer.endHead();
        channel.writeAndFlush(interim, channel.voidPromise());
    }

    /** Begins a head. A response without a reason phrase, as HTTP/2's are, gets one: some clients want it. */
    private void statusLine(ByteBuf into, H1Response head) {
        writer.into(into).text("HTTP/1.1").raw(head.bytes(), head.statusStart(), head.statusEnd());
        int length = head.statusEnd() - head.statusStart();
        if (length <= BARE_STATUS) {
            writer.text(length < BARE_STATUS ? " " : "").text(Reasons.of(head.status()));
        }
        writer.endLine();
    }

    @Override
    public void head(
            H1Response head, Forwarding plan, Endpoint endpoint, int attempts, boolean hasBody, boolean unknownLength) {
        HeaderFields fields = head.fields();
        boolean oneZero = request.isOneZero();
        wrapping = unknownLength && !oneZero && head.status() != 101;
        untilClose = hasBody && oneZero && (unknownLength || fields.isChunked());
        tunnel = head.status() == 101;
        untilClose |= tunnel;
        closing |= !tunnel && (!request.isKeepAlive() || connection.isOld() || loop.isDraining() || untilClose);
        statusLine(out.head(hasBody ? fields.contentLength() : 0), head);
        for (int i = 0; i < fields.count(); i++) {
            String name = fields.lowerCaseName(i);
            boolean lengthOfNothing = head.status() == 204 && name.equals("content-length");
            if (!fields.isHopByHop(i) && !lengthOfNothing && !plan.dropsResponseHeader(name)) {
                writer.line(fields, i);
            }
        }
        if (hasBody && (wrapping || fields.isChunked() && !oneZero)) {
            writer.add("Transfer-Encoding", "chunked");
        }
        plan.responseHeaders(writer, endpoint, attempts);
        if (closing) {
            writer.add("Connection", "close");
        }
        String chosen = tunnel ? fields.upgrade() : null;
        if (chosen != null) {
            writer.add("Connection", "Upgrade");
            writer.add("Upgrade", chosen);
        }
        writer.endHead();
        if (chosen != null) {
            closing = true;
            farewell = chosen.equalsIgnoreCase("websocket") ? new Farewell() : null;
            connection.tunnelBegins();
        }
    }

    @Override
    public void body(ByteBuf bytes) {
        if (farewell != null) {
            farewell.follow(bytes);
        }
        if (!wrapping) {
            out.body(bytes);
        } else if (bytes.isReadable()) {
            ByteBuf size = channel.alloc().buffer(12);
            ByteBufUtil.writeAscii(size, Integer.toHexString(bytes.readableBytes()));
            size.writeShort('\r' << 8 | '\n');
            out.body(size);
            out.body(bytes);
            out.body(LAST_CHUNK.retainedSlice(3, 2));
        } else {
            bytes.release();
        }
    }

    @Override
    public boolean wantsDataOnly() {
        return request.isOneZero();
    }

    @Override
    public void end(@Nullable HeaderFields trailers) {
        if (wrapping && trailers != null) {
            lastChunk(trailers);
        } else if (wrapping) {
            out.body(LAST_CHUNK.retainedDuplicate());
        }
        out.release();
        if (tunnel) {
            shutdownWhenFlushed();
        }
    }

    private void lastChunk(HeaderFields trailers) {
        ByteBuf last = channel.alloc().buffer(128);
        writer.into(last).text("0").endLine();
        for (int i = 0; i < trailers.count(); i++) {
            writer.line(trailers, i);
        }
        writer.endHead();
        out.body(last);
    }

    /** Tells the client of a WebSocket why it ends, if a frame may be put in here; returns whether it could be told. */
    private boolean sendClose(int code) {
        ByteBuf close = farewell == null ? null : farewell.close(code, channel.alloc());
        if (close != null) {
            out.body(close);
            out.flush();
        }
        return close != null;
    }

    /** Lets the client of a WebSocket leave while the node drains. */
    void sweep(long nowNanos) {
        if (farewell != null && farewell.isDue(nowNanos, loop)) {
            sendClose(Farewell.GOING_AWAY);
        }
    }

    @Override
    public void answer(LocalAnswer answer, @Nullable Forwarding plan, int attempts) {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        ByteBuf whole = channel.alloc().buffer(256 + body.length);
        writer.into(whole)
                .text("HTTP/1.1 ")
                .text(Integer.toString(answer.status()))
                .text(" ")
                .text(Reasons.of(answer.status()));
        writer.endLine();
        writer.add("Date", loop.httpDate());
        writer.add("Content-Type", answer.contentType());
        writer.add("Content-Length", Integer.toString(body.length));
        answer.headers().forEach(writer::add);
        if (plan != null) {
            plan.responseHeaders(writer, null, attempts);
        } else {
            loop.dispatcher().answerHeaders(writer);
        }
        closing |= !request.isKeepAlive() || connection.isOld() || loop.isDraining() || connection.hasUnreadBody();
        if (closing) {
            writer.add("Connection", "close");
        }
        writer.endHead();
        if (!request.method().equals("HEAD")) {
            whole.writeBytes(body);
        }
        channel.write(whole, channel.voidPromise());
        connection.flushLater();
    }

    @Override
    public void cut() {
        out.flush();
        if (tunnel && sendClose(Farewell.SERVICE_RESTART)) {
            closeWhenFlushed();
        } else if (untilClose) {
            // without a length only a reset shows that something is missing
            HalfClose.cut(channel);
        } else {
            channel.close();
        }
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void pauseRequest() {
        connection.pauseRequest();
    }

    @Override
    public void resumeRequest() {
        connection.resumeRequest();
    }

    @Override
    public void flush() {
        out.flush();
    }

    @Override
    public void exchangeEnded(boolean requestWhole) {
        connection.exchangeEnded(requestWhole);
    }
}
