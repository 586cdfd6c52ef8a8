package io.isochrone.proxy.upstream;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.buffer.LoopBuffer;
import io.isochrone.proxy.codec.BodyReader;
import io.isochrone.proxy.exchange.Forwarding;
import io.isochrone.proxy.exchange.UpstreamListener;
import io.isochrone.proxy.exchange.UpstreamStream;
import io.isochrone.proxy.http.Bytes;
import io.isochrone.proxy.http.H1Request;
import io.isochrone.proxy.http.H1Response;
import io.isochrone.proxy.http.H2ResponseHead;
import io.isochrone.proxy.http.HeaderFields;
import io.isochrone.proxy.outcome.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One attempt as a stream of an HTTP/2 connection. The request's body loses its chunked framing on the way, its trailers become a
 * trailer section; the response is handed over as data and, with it or behind it, its trailers.
 *
 * <p>Each stream has its own pace: the upstream's window for it grows only as the listener takes its bytes, and request bytes beyond
 * the upstream's window count as not written. While the listener pauses, what still comes within the window is kept.
 *
 * <p>Confined to one event loop.
 */
final class H2UpstreamStream implements UpstreamStream {
    private final H2UpstreamConnection connection;
    private final Endpoint endpoint;
    private final H1Response response = new H1Response();
    private final Bytes headBytes = new Bytes(512);
    private final BodyReader requestBody = new BodyReader();
    private final ArrayDeque<ByteBuf> kept = new ArrayDeque<>();

    private @Nullable UpstreamListener listener;
    private int id;
    private boolean requestEnded;
    private boolean headRequest;
    private boolean sending;
    private boolean tooLarge;
    /** The request's head was handed to the operating system whole, so that the upstream may have it. */
    private boolean headLeft;

    private int interims;
    private boolean headSeen;
    private boolean responseEnded;
    private boolean endTold;
    private boolean paused;
    private int unconsumed;
    /** Response bytes that are still to come by the declared length, or -1. */
    private long remaining = -1;
    /** Request bytes that were written and have not left. */
    private long waiting;

    private boolean full;
    private @Nullable Failure pending;
    private @Nullable HeaderFields trailers;

    H2UpstreamStream(H2UpstreamConnection connection, Endpoint endpoint, UpstreamListener listener) {
        this.connection = connection;
        this.endpoint = endpoint;
        this.listener = listener;
    }

    // ---- the request

    @Override
    public void send(H1Request request, Forwarding plan, Endpoint to, int attempt, String via) {
        id = connection.begin(this);
        if (id == 0) {
            connection.context().executor().execute(() -> lost(Failure.CLOSED_BEFORE_SENT));
            return;
        }
        headRequest = request.method().equals("HEAD");
        if (request.fields().isChunked()) {
            requestBody.chunkedKeepingTrailers();
        } else {
            requestBody.length(Math.max(0, request.fields().contentLength()));
        }
        requestEnded = requestBody.isDone();
        Http2Headers headers = H2UpstreamHeads.request(request, plan, to, attempt, via);
        ChannelPromise promise = connection.context().newPromise();
        promise.addListener(this::headWritten);
        sending = true;
        connection.encoder().writeHeaders(connection.context(), id, headers, 0, requestEnded, promise);
        sending = false;
    }

    private void headWritten(Future<? super Void> written) {
        headLeft = written.isSuccess();
        if (!headLeft && connection.isActive()) {
            // The codec would not write it. Told later: whoever gave the head is not ready for an answer yet.
            connection.context().executor().execute(() -> lost(failureWhenLost()));
        }
    }

    /** The codec found the head to be larger than the upstream takes. */
    void headTooLarge() {
        tooLarge = true;
    }

    @Override
    public void body(ByteBuf bytes) {
        if (requestEnded || id == 0 || listener == null) {
            bytes.release();
            return;
        }
        try {
            while (bytes.isReadable() && !requestEnded) {
                int n = requestBody.next(bytes, true);
                if (n == 0) {
                    break;
                }
                ByteBuf run = bytes.readSlice(n);
                boolean data = requestBody.isData();
                boolean last = requestBody.isDone();
                if (data && (n > 0 || last)) {
                    HeaderFields none = last ? requestBody.trailers() : null;
                    write(LoopBuffer.compact(run.retain()), last && none == null);
                }
                if (last && !requestEnded) {
                    endRequest(requestBody.trailers());
                }
            }
        } finally {
            bytes.release();
        }
    }

    private void endRequest(@Nullable HeaderFields trailer) {
        requestEnded = true;
        if (trailer == null) {
            write(Unpooled.EMPTY_BUFFER, true);
        } else {
            connection
                    .encoder()
                    .writeHeaders(
                            connection.context(),
                            id,
                            H2UpstreamHeads.trailers(trailer),
                            0,
                            true,
                            connection.context().newPromise());
        }
    }

    private void write(ByteBuf data, boolean end) {
        requestEnded |= end;
        int n = data.readableBytes();
        connection.sentData();
        ChannelPromise promise = connection.context().newPromise();
        if (n > 0) {
            waiting += n;
            promise.addListener(new Written(n));
        }
        connection.encoder().writeData(connection.context(), id, data, 0, end, promise);
    }

    /** Request bytes that wait. Confined to one event loop. */
    private final class Written implements ChannelFutureListener {
        private final int bytes;

        Written(int bytes) {
            this.bytes = bytes;
        }

        @Override
        public void operationComplete(ChannelFuture future) {
            waiting -= bytes;
            UpstreamListener to = listener;
            if (full && waiting <= connection.limits().bufferBytes() / 2) {
                full = false;
                if (to != null) {
                    to.writabilityChanged(H2UpstreamStream.this);
                }
            }
        }
    }

    @Override
    public void endTunnel() {
        throw new IllegalStateException("a tunnel goes by HTTP/1.1");
    }

    @Override
    public void flush() {
        connection.flushSoon();
    }

    @Override
    public boolean isWritable() {
        full |= waiting >= connection.limits().bufferBytes(); // until half of it has left: who was told no is told then
        return !full;
    }

    // ---- the response

    /** Takes a head, interim or final, or the trailer section. */
    void headers(Http2Headers headers, boolean end) {
        UpstreamListener to = listener;
        if (to == null) {
            return;
        }
        H2ResponseHead translation = connection.head();
        translation.begin();
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            AsciiString name = AsciiString.of(field.getKey());
            AsciiString value = AsciiString.of(field.getValue());
            boolean malformed = translation.field(
                            name.array(),
                            name.arrayOffset(),
                            name.arrayOffset() + name.length(),
                            value.array(),
                            value.arrayOffset(),
                            value.arrayOffset() + value.length())
                    != null;
            if (malformed) {
                refuse();
                return;
            }
        }
        if (headSeen) {
            endWithTrailers(translation, end);
            return;
        }
        int maxFields = connection.limits().maxHeaderFields();
        boolean good = translation.end(headBytes) == null
                && response.parse(headBytes.array(), headBytes.length(), maxFields) == null
                && response.status() != 101
                && !(end && response.status() < 200);
        if (!good) {
            refuse();
        } else if (response.status() < 200) {
            if (++interims > H1Response.MAX_INTERIMS) {
                refuse(Http2Error.ENHANCE_YOUR_CALM);
                return;
            }
            to.informational(this);
            connection.fed(to);
        } else {
            head(to, end);
        }
    }

    private void head(UpstreamListener to, boolean end) {
        long length = response.fields().contentLength();
        boolean bodyless = response.isBodyless(headRequest);
        if (end && !bodyless && length > 0) {
            refuse();
            return;
        }
        headSeen = true;
        connection.answered();
        responseEnded = end;
        remaining = bodyless ? 0 : length;
        boolean hasBody = !end && !bodyless && length != 0;
        to.head(this, hasBody, hasBody && length < 0);
        connection.fed(to);
        deliver();
    }

    private void endWithTrailers(H2ResponseHead translation, boolean end) {
        HeaderFields fields = new HeaderFields();
        boolean good = end
                && translation.endTrailers(
                        new Bytes(256), fields, connection.limits().maxHeaderFields());
        if (!good) {
            refuse();
            return;
        }
        trailers = fields.count() == 0 ? null : fields;
        responseEnded = true;
        deliver();
    }

    /** Takes response data; returns how many bytes the upstream may send instead. */
    int data(ByteBuf data, int padding, boolean end) {
        int n = data.readableBytes();
        if (listener == null) {
            return n + padding;
        }
        if (!headSeen || remaining >= 0 && n > remaining) {
            refuse(); // data before the head, beyond the declared length, or where there can be none
            return n + padding;
        }
        if (remaining >= 0) {
            remaining -= n;
        }
        responseEnded |= end;
        if (n > 0) {
            kept.add(data.retainedSlice());
            unconsumed += n;
        }
        deliver();
        return padding;
    }

    /** Hands over what was kept as far as the listener takes it, then the end or the loss that came behind it. */
    private void deliver() {
        UpstreamListener to = listener;
        while (to != null && !paused && !kept.isEmpty()) {
            ByteBuf next = kept.poll();
            int n = next.readableBytes();
            unconsumed -= n;
            connection.consume(id, n);
            to.body(this, next, true);
            connection.fed(to);
            to = listener;
        }
        if (to == null || paused || endTold) {
            return;
        }
        if (responseEnded) {
            endTold = true;
            if (remaining > 0) {
                pending = Failure.RESPONSE_CUT;
            } else {
                to.end(this);
                connection.fed(to);
                return;
            }
        }
        Failure failure = pending;
        if (failure != null) {
            listener = null;
            to.lost(this, failure);
            connection.fed(to);
        }
    }

    private void refuse() {
        refuse(Http2Error.PROTOCOL_ERROR);
    }

    private void refuse(Http2Error error) {
        lost(failureWhenBroken());
        connection.refuse(id, error);
    }

    /** What becomes of the attempt if its connection is gone: a head that is not whole cannot have been read. */
    Failure failureWhenLost() {
        if (headSeen) {
            return Failure.RESPONSE_CUT;
        }
        return headLeft
                ? Failure.RESET_BEFORE_RESPONSE
                : tooLarge ? Failure.HEAD_TOO_LARGE : Failure.CLOSED_BEFORE_SENT;
    }

    /** What becomes of the attempt if the upstream ends the stream with this error. */
    Failure failureWhenReset(long error) {
        if (headSeen) {
            return Failure.RESPONSE_CUT;
        }
        return error == Http2Error.REFUSED_STREAM.code() ? connection.refused() : Failure.STREAM_RESET;
    }

    /** What becomes of the attempt if the response breaks a rule. */
    Failure failureWhenBroken() {
        return headSeen ? Failure.RESPONSE_CUT : Failure.BAD_RESPONSE;
    }

    /** Tells the listener that the upstream is silent. */
    void stalled() {
        UpstreamListener to = listener;
        if (to != null && !responseEnded) {
            to.stalled(this);
        }
    }

    /** The stream has ended; if its response had not, that is a failure. */
    void lost(Failure failure) {
        if (listener == null || responseEnded || pending != null || sending) {
            return;
        }
        pending = failure;
        deliver();
    }

    // ---- UpstreamStream

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            connection.context().executor().execute(this::deliver);
        }
    }

    @Override
    public H1Response response() {
        return response;
    }

    @Override
    public @Nullable HeaderFields trailers() {
        return trailers;
    }

    @Override
    public void finish(boolean requestWhole) {
        listener = null;
        drop();
        if (id != 0 && !requestEnded) {
            connection.reset(id, Http2Error.NO_ERROR);
        }
    }

    @Override
    public void cancel() {
        listener = null;
        drop();
        if (id != 0 && !(requestEnded && responseEnded)) {
            connection.reset(id, Http2Error.CANCEL);
        }
    }

    private void drop() {
        for (ByteBuf each = kept.poll(); each != null; each = kept.poll()) {
            each.release();
        }
        if (unconsumed > 0) {
            int n = unconsumed;
            unconsumed = 0;
            connection.consume(id, n);
        }
    }

    Endpoint endpoint() {
        return endpoint;
    }
}
