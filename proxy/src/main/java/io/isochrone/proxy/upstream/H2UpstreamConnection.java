package io.isochrone.proxy.upstream;

import io.isochrone.config.model.Limits;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.balance.UpstreamProtocol;
import io.isochrone.proxy.exchange.UpstreamListener;
import io.isochrone.proxy.http.H2ResponseHead;
import io.isochrone.proxy.outcome.ConnectionFault;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.tls.Alerts;
import io.isochrone.proxy.tls.ClientTls;
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
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 connection to an endpoint, which many exchanges share. Streams are entries of a table, not channels; what they write goes
 * out in one flush per turn of the loop.
 *
 * <p>It is given up for new streams when it grew old, when the endpoint's name leads elsewhere, when the other side said GOAWAY, or when its stream numbers are used up, and
 * closed when its last stream has ended. Streams that the other side said it did not begin are {@link Failure#REFUSED_STREAM}.
 *
 * <p>Confined to one event loop.
 */
final class H2UpstreamConnection extends Http2ConnectionHandler {
    /** A connection that said nothing for so long while it owes an answer is asked whether it lives. */
    private static final long SILENCE_NANOS = 1_000_000_000L;
    /** So many streams refused one after the other, and none answered, speak against the endpoint. */
    private static final int REFUSALS = 16;
    /** Numbers beyond are left unused, and the connection with them. */
    private static final int MAX_STREAM_ID = Integer.MAX_VALUE - 1000;

    /** 256 streams of a default {@code limits.buffer} each, so that the way's length sets the pace of none because of others. */
    static final int WINDOW_BYTES = 1 << 24;

    private final H2UpstreamGuard guard;
    private final H2Lane lane;
    private final UpstreamPool pool;
    private final Endpoint endpoint;
    private final Channel channel;
    private final @Nullable ClientTls securedBy;
    private final long openedNanos;
    private final long maxAgeNanos;
    private final H2ResponseHead head = new H2ResponseHead();
    private final IntObjectMap<H2UpstreamStream> streams = new IntObjectHashMap<>();
    /** Who was given something since the last read completed. */
    private final Set<UpstreamListener> fed = new LinkedHashSet<>();

    private final Runnable flushTask = this::flushNow;
    private @Nullable ChannelHandlerContext context;
    private boolean flushing;
    private boolean reading;
    private boolean retired;
    /** A GOAWAY left streams out. */
    private boolean leaving;

    private boolean settled;
    private int lastId;
    private int lastStream = Integer.MAX_VALUE;
    private long idleSinceNanos;
    private long readNanos;
    private boolean pinged;
    private long pingNanos;
    /** It did not answer a PING: nothing new is sent on it unless a byte comes. */
    private boolean doubted;

    private Failure notOpened = Failure.CLOSED_BEFORE_SENT;

    H2UpstreamConnection(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            H2UpstreamGuard guard,
            H2Lane lane,
            UpstreamPool pool,
            Endpoint endpoint,
            Channel channel,
            long maxAgeNanos,
            @Nullable ClientTls securedBy) {
        super(decoder, encoder, settings, true);
        this.guard = guard;
        this.lane = lane;
        this.pool = pool;
        this.endpoint = endpoint;
        this.channel = channel;
        this.securedBy = securedBy;
        this.openedNanos = pool.now();
        this.idleSinceNanos = openedNanos;
        this.readNanos = openedNanos;
        this.maxAgeNanos = maxAgeNanos;
        connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onGoAwayReceived(int lastStreamId, long errorCode, io.netty.buffer.ByteBuf debugData) {
                lastStream = lastStreamId;
                retire();
            }

            @Override
            public void onStreamClosed(Http2Stream stream) {
                closed(stream.id());
            }
        });
    }

    // ---- for the lane

    /**
     * Whether one stream more may be begun. Not before the other side's SETTINGS: they say how many it takes, and prove that it lives
     * and speaks HTTP/2, so that an attempt on one that does not is known to have been sent nothing.
     */
    boolean hasRoom() {
        return settled
                && !doubted
                && isUsable()
                && !H2UpstreamGuard.isFull(channel)
                && streams.size() < connection().local().maxActiveStreams();
    }

    /** Whether streams may be begun, now or when others have ended. */
    boolean isUsable() {
        return channel.isActive()
                && !retired
                && lastId < MAX_STREAM_ID
                && endpoint.isAt(channel.remoteAddress())
                && securedBy == (endpoint.isTls() ? pool.clientTls() : null);
    }

    /** No stream is begun any more; the next sweep closes it if there is none, otherwise it is closed when the last has ended. */
    private void retire() {
        if (!retired) {
            retired = true;
            lane.retired(this);
        }
    }

    void close() {
        channel.close();
    }

    /** A stream for one attempt. */
    H2UpstreamStream stream(UpstreamListener listener) {
        return new H2UpstreamStream(this, endpoint, listener);
    }

    /** Gives up what is old or idle, and finds out whether a silent connection lives. */
    void sweep(long nowNanos, long idleNanos, boolean wanted) {
        if (!settled && nowNanos - openedNanos > pool.connectTimeoutNanos()) {
            notOpened = Failure.CONNECT_TIMEOUT;
            channel.close();
            return;
        }
        if (guard.isFaulted() || guard.isStuck(channel, nowNanos)) {
            channel.close(); // GOAWAY had its time
            return;
        }
        if (streams.isEmpty()) {
            boolean over = nowNanos - idleSinceNanos > idleNanos && !wanted;
            if (retired || over || nowNanos - openedNanos > maxAgeNanos || !isUsable()) {
                channel.close();
            }
            return;
        }
        if (nowNanos - openedNanos > maxAgeNanos || !isUsable()) {
            retire();
        }
        if (endpoint.protocol() == UpstreamProtocol.HTTP_2_NODE) {
            askWhetherItLives(nowNanos);
        }
    }

    private void askWhetherItLives(long nowNanos) {
        long silentNanos = nowNanos - readNanos;
        if (doubted) {
            if (silentNanos > pool.streamIdleNanos()) {
                channel.close(); // nobody is answered any more
            }
        } else if (pinged && nowNanos - pingNanos > pool.connectTimeoutNanos()) {
            doubted = true;
            endpoint.health().failed(Failure.SILENT, nowNanos);
            for (H2UpstreamStream stream : new ArrayList<>(streams.values())) {
                stream.stalled();
            }
        } else if (!pinged && silentNanos > SILENCE_NANOS) {
            pinged = true;
            pingNanos = nowNanos;
            encoder().writePing(context(), false, nowNanos, context().newPromise());
            flushSoon();
        }
    }

    /** A stream was answered. */
    void answered() {
        lane.refusals(0);
    }

    /** A stream was not begun by the other side: says which failure that is. */
    Failure refused() {
        return refused(1);
    }

    /** A GOAWAY leaves many streams out at once, which is one refusal. */
    private Failure leftOut() {
        int more = leaving ? 0 : 1;
        leaving = true;
        return more == 0 ? Failure.REFUSED_STREAM : refused(more);
    }

    private Failure refused(int more) {
        return lane.refusals(more) >= REFUSALS ? Failure.REFUSING : Failure.REFUSED_STREAM;
    }

    void settingsCame() {
        if (!settled) {
            settled = true;
            lane.settled();
        }
    }

    /** What becomes of attempts that wait for this connection if it ends before it takes any. */
    Failure notOpened() {
        return notOpened;
    }

    /** Whether the other side has said how many streams it takes. */
    boolean isSettled() {
        return settled;
    }

    boolean isActive() {
        return channel.isActive();
    }

    // ---- for streams

    @Nullable
    H2UpstreamStream stream(int streamId) {
        return streams.get(streamId);
    }

    /** Gives a stream its number; returns 0 when the connection takes no more. */
    int begin(H2UpstreamStream stream) {
        if (!hasRoom()) {
            return 0;
        }
        if (streams.isEmpty()) {
            readNanos = pool.now(); // nothing was owed before
        }
        lastId = connection().local().incrementAndGetNextStreamId();
        streams.put(lastId, stream);
        guard.sent();
        return lastId;
    }

    private void closed(int streamId) {
        H2UpstreamStream stream = streams.remove(streamId);
        if (stream == null) {
            return;
        }
        if (streams.isEmpty()) {
            idleSinceNanos = pool.now();
            pinged = false;
            doubted = false;
            if (retired) {
                channel.eventLoop().execute(this::closeIfUnused);
            }
        }
        lane.freed();
        stream.lost(streamId > lastStream ? leftOut() : stream.failureWhenLost());
    }

    private void closeIfUnused() {
        if (streams.isEmpty()) {
            channel.close();
        }
    }

    H2ResponseHead head() {
        return head;
    }

    Limits limits() {
        return pool.limits();
    }

    ChannelHandlerContext context() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return ctx;
    }

    /** A frame of a request's body was written. */
    void sentData() {
        guard.sent();
    }

    /** A response broke a rule: resets its stream; too many end the connection. */
    void refuse(int streamId, Http2Error error) {
        reset(streamId, error);
        countBroken();
    }

    private void countBroken() {
        try {
            guard.count(ConnectionFault.BROKEN_STREAMS);
        } catch (Http2Exception tooMany) {
            onError(context(), false, tooMany);
        }
    }

    void reset(int streamId, Http2Error error) {
        guard.reset(streamId);
        resetStream(context(), streamId, error.code(), context().newPromise());
        flushSoon();
    }

    /** Lets the upstream send as many bytes more on a stream. */
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

    /** Remembers that a listener was given something, which it sends on when everything that has arrived was looked at. */
    void fed(UpstreamListener listener) {
        if (reading) {
            fed.add(listener);
        } else {
            listener.readComplete();
        }
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

    /** Lets the upstream send {@value #WINDOW_BYTES} bytes in all before it hears of us; streams have windows of their own. */
    private void widen() throws Http2Exception {
        Http2Stream all = connection().connectionStream();
        var windows = connection().local().flowController();
        windows.incrementWindowSize(all, WINDOW_BYTES - windows.initialWindowSize(all));
        flushSoon();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        reading = true;
        readNanos = pool.now();
        pinged = false;
        doubted = false;
        super.channelRead(ctx, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        reading = false;
        if (!fed.isEmpty()) {
            List<UpstreamListener> now = new ArrayList<>(fed);
            fed.clear();
            for (UpstreamListener listener : now) {
                listener.readComplete();
            }
        }
        super.channelReadComplete(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        retired = true;
        lane.closed(this);
        super.channelInactive(ctx);
        for (H2UpstreamStream stream : new ArrayList<>(streams.values())) {
            stream.lost(stream.failureWhenLost());
        }
        streams.clear();
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, StreamException exception) {
        int streamId = exception.streamId();
        H2UpstreamStream stream = streams.get(streamId);
        boolean tooLarge = exception instanceof HeaderListSizeException;
        if (stream == null && !outbound && connection().local().mayHaveCreatedStream(streamId)) {
            if (tooLarge) {
                countBroken();
            }
            return; // frames that were on their way when the stream was reset (RFC 9113 §5.1)
        }
        guard.reset(streamId);
        if (stream != null && outbound && tooLarge) {
            stream.headTooLarge();
        } else if (stream != null) {
            stream.lost(outbound ? stream.failureWhenLost() : stream.failureWhenBroken());
        }
        super.onStreamError(ctx, outbound, cause, exception);
        if (!outbound) {
            countBroken();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        Throwable lost = cause instanceof IOException ? cause : cause.getCause();
        if (!(lost instanceof IOException)) {
            onError(ctx, false, cause);
            return;
        }
        if (!settled && Alerts.refusesOurCertificate(lost)) {
            notOpened = Failure.TLS_FAILED; // which in TLS 1.3 is said after the handshake
        }
        if (lost instanceof SSLException) {
            pool.warn(endpoint, lost);
        } else {
            pool.caught(endpoint, lost);
        }
        ctx.close();
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception exception) {
        retire();
        if (channel.isActive() && !(cause instanceof IOException)) {
            guard.ended(exception);
        }
        pool.caught(endpoint, cause instanceof Http2Exception ? new IOException(cause) : cause);
        super.onConnectionError(ctx, outbound, cause, exception);
    }
}
