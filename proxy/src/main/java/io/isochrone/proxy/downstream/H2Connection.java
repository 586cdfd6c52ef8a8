package io.isochrone.proxy.downstream;

import io.isochrone.config.model.Limits;
import io.isochrone.proxy.codec.HalfClose;
import io.isochrone.proxy.exchange.Peer;
import io.isochrone.proxy.http.H2Head;
import io.isochrone.proxy.http.Violation;
import io.isochrone.proxy.outcome.ConnectionFault;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Exception.HeaderListSizeException;
import io.netty.handler.codec.http2.Http2Exception.StreamException;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's HTTP/2 connection: its streams, when it is flushed, and how it ends. Streams are entries of a table, not channels; what
 * they write goes out in one flush per turn of the loop.
 *
 * <p>It ends by the client; or by us with GOAWAY: for a {@link ConnectionFault}, or when it is idle or the node drains ({@link H2Leave}).
 *
 * <p>Confined to one event loop.
 */
final class H2Connection extends Http2ConnectionHandler implements ClientConnection {
    private static final Logger LOG = LoggerFactory.getLogger(H2Connection.class);
    private static final int MAX_SPARE_SLOTS = 32;
    private static final int MAX_WINDOW_BYTES = 1 << 24;

    private final Channel channel;
    private final LoopState loop;
    private final Peer peer;
    private final H2Head head = new H2Head();
    private final H2ClientGuard guard;
    private final H2Leave leave;
    private final IntObjectMap<H2ServerStream> streams = new IntObjectHashMap<>();
    private final ArrayDeque<RequestSlot> spare = new ArrayDeque<>();
    /** Streams whose request bytes were passed on since the last read completed. */
    private final List<H2ServerStream> fed = new ArrayList<>();

    private final IdleQueue.Entry idle = new IdleQueue.Entry(this);
    private final Runnable flushTask = this::flushNow;
    private @Nullable ChannelHandlerContext context;
    private boolean reading;
    private boolean flushing;
    private final long openedNanos;
    private final double ageShare;
    private long idleNanos;
    private long outboundBytes;
    private long outboundNanos;

    H2Connection(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            Channel channel,
            LoopState loop,
            Peer peer,
            H2ClientGuard guard) {
        super(decoder, encoder, settings, true);
        this.channel = channel;
        this.loop = loop;
        this.peer = peer;
        this.guard = guard;
        this.openedNanos = loop.now();
        this.idleNanos = openedNanos;
        this.ageShare = loop.nextAgeShare();
        this.leave = new H2Leave(this);
        connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                closed(stream.id());
            }
        });
    }

    // ---- for streams

    @Nullable
    H2ServerStream stream(int streamId) {
        return streams.get(streamId);
    }

    H2ServerStream open(int streamId) {
        loop.idle().remove(idle);
        RequestSlot slot = spare.poll();
        H2ServerStream stream = new H2ServerStream(this, streamId, slot == null ? new RequestSlot() : slot);
        streams.put(streamId, stream);
        return stream;
    }

    private void closed(int streamId) {
        H2ServerStream stream = streams.remove(streamId);
        if (stream == null) {
            return;
        }
        RequestSlot slot = stream.closed();
        if (spare.size() < MAX_SPARE_SLOTS) {
            spare.push(slot);
        }
        if (streams.isEmpty()) {
            idleNanos = loop.now();
            if (!Peer.NODE.equals(peer.attachment())
                    && channel.isActive()) { // nodes give connections up themselves, before we do
                loop.idle().add(idle);
            }
            leave.streamsEnded();
        }
    }

    LoopState loop() {
        return loop;
    }

    Peer peer() {
        return peer;
    }

    H2Head head() {
        return head;
    }

    ChannelHandlerContext context() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return ctx;
    }

    /** Resets a stream; what it had still to send is dropped. */
    void reset(int streamId, Http2Error error) {
        guard.reset(streamId);
        resetStream(context(), streamId, error.code(), context().newPromise());
        flushSoon();
    }

    /** Lets the client send as many bytes more on a stream. */
    void consume(int streamId, int bytes) {
        Http2Stream stream = connection().stream(streamId);
        try {
            if (stream != null && connection().local().flowController().consumeBytes(stream, bytes)) {
                flushSoon();
            }
        } catch (Http2Exception e) {
            onError(context(), true, e);
        }
    }

    /** Remembers that a stream passed request bytes on, which go out when everything that has arrived was looked at. */
    void fed(H2ServerStream stream) {
        if (reading) {
            fed.add(stream);
        } else {
            stream.requestReadComplete();
        }
    }

    /** Counts one of what a client may do only so often; too many end the connection. */
    void count(ConnectionFault kind) throws Http2Exception {
        guard.count(kind);
    }

    /** The same for callers that no exception may reach. */
    void countOrEnd(ConnectionFault kind) {
        try {
            count(kind);
        } catch (Http2Exception e) {
            onError(context(), false, e);
        }
    }

    // ---- writing

    /** A head or a piece of the body of a response was passed on. */
    void sent() {
        guard.sent();
    }

    /** Sends what was written once this turn of the loop has done its other work. */
    void flushSoon() {
        if (!reading && !flushing) {
            flushing = true;
            channel.eventLoop().execute(flushTask);
        }
    }

    private void flushNow() {
        flushing = false;
        flush(context());
    }

    // ---- from the network

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        super.handlerAdded(ctx);
        widen();
    }

    /** Lets the client send on all streams together what it may on each; the windows of streams bound what is held. */
    private void widen() throws Http2Exception {
        Limits limits = loop.settings().limits();
        Http2Stream all = connection().connectionStream();
        var windows = connection().local().flowController();
        long most = Math.min(MAX_WINDOW_BYTES, (long) limits.maxStreams() * limits.bufferBytes());
        int more = (int) most - windows.initialWindowSize(all);
        if (more > 0) {
            windows.incrementWindowSize(all, more);
            flushSoon();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        reading = true;
        super.channelRead(ctx, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        reading = false;
        for (int i = 0; i < fed.size(); i++) {
            fed.get(i).requestReadComplete();
        }
        fed.clear();
        super.channelReadComplete(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        loop.idle().remove(idle);
        loop.remove(this);
        super.channelInactive(ctx);
    }

    void pingAnswered(long data) {
        leave.pingAnswered(data);
    }

    // ---- what goes wrong

    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, StreamException exception) {
        int streamId = exception.streamId();
        if (!outbound && connection().stream(streamId) == null && guard.wasReset(streamId)) {
            return; // frames that were on their way when we reset it (RFC 9113 §5.1)
        }
        boolean tooLarge = exception instanceof HeaderListSizeException size && size.duringDecode();
        if (!tooLarge || !refuseLargeHead(streamId)) {
            guard.reset(streamId);
            super.onStreamError(ctx, outbound, cause, exception);
        }
        if (!outbound) {
            try {
                boolean refused = exception.error() == Http2Error.REFUSED_STREAM;
                count(refused ? ConnectionFault.REFUSED_STREAMS : ConnectionFault.BROKEN_STREAMS);
            } catch (Http2Exception tooMany) {
                onConnectionError(ctx, false, tooMany, tooMany);
            }
        }
    }

    /** Answers 431 on a new stream; returns whether it is one. */
    private boolean refuseLargeHead(int streamId) {
        if (connection().stream(streamId) != null) {
            return false;
        }
        try {
            connection().remote().createStream(streamId, true).headersReceived(false);
        } catch (Http2Exception e) {
            return false;
        }
        open(streamId).refuse(Violation.HEAD_TOO_LARGE);
        return true;
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception exception) {
        if (cause instanceof IOException || !channel.isActive()) {
            ctx.close();
            return;
        }
        if (guard.ended(exception) == ConnectionFault.INTERNAL) {
            LOG.error("HTTP/2 connection closed by a bug peer={}", peer.text(), cause);
        }
        super.onConnectionError(ctx, outbound, cause, exception);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        if (cause instanceof IOException) {
            ctx.close();
        } else {
            onError(ctx, false, cause);
        }
    }

    // ---- time

    @Override
    public void sweep(long nowNanos) {
        if (!streams.isEmpty()) {
            for (H2ServerStream stream : new ArrayList<>(streams.values())) {
                stream.sweep(nowNanos);
            }
        }
        long idle = loop.settings().timeouts().downstreamIdle().toNanos();
        if (loop.isDraining()
                || loop.isOver(openedNanos, ageShare, nowNanos)
                || streams.isEmpty() && nowNanos - idleNanos > idle) {
            leave.begin(nowNanos);
        }
        leave.sweep(nowNanos);
        sweepOutbound(nowNanos);
    }

    /** Closes a connection whose client takes nothing of what waits. */
    private void sweepOutbound(long nowNanos) {
        var buffer = channel.unsafe().outboundBuffer();
        long waiting = buffer == null ? 0 : buffer.totalPendingWriteBytes();
        if (waiting == 0 || waiting != outboundBytes) {
            outboundBytes = waiting;
            outboundNanos = nowNanos;
        } else if (nowNanos - outboundNanos
                > loop.settings().timeouts().streamIdle().toNanos()) {
            loop.context().observer().connectionFault(ConnectionFault.STUCK);
            close();
        }
    }

    @Override
    public boolean isIdle() {
        return streams.isEmpty();
    }

    @Override
    public int inFlight() {
        return streams.size();
    }

    @Override
    public void close() {
        context().close();
    }

    /** Says which stream was the last (RFC 9113 §6.8): what the client sent meanwhile it may send again elsewhere. */
    @Override
    public boolean makeRoom() {
        var buffer = channel.unsafe().outboundBuffer();
        if (buffer == null || buffer.totalPendingWriteBytes() > 0) {
            return false;
        }
        ChannelHandlerContext ctx = context();
        int last = Math.max(0, connection().remote().lastStreamCreated());
        goAway(ctx, last, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, ctx.newPromise());
        flush(ctx);
        ctx.close();
        return true;
    }

    /** Closes our side of the connection when everything that was written is out. */
    void endWhenFlushed() {
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> HalfClose.shutdownOutput(channel));
    }
}
