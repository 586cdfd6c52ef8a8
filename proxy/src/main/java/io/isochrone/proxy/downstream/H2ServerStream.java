package io.isochrone.proxy.downstream;

import io.isochrone.config.model.Limits;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.buffer.LoopBuffer;
import io.isochrone.proxy.codec.WebSocketKeys;
import io.isochrone.proxy.exchange.Dispatch;
import io.isochrone.proxy.exchange.DownstreamStream;
import io.isochrone.proxy.exchange.Exchange;
import io.isochrone.proxy.exchange.Forwarding;
import io.isochrone.proxy.exchange.LocalAnswer;
import io.isochrone.proxy.http.Bytes;
import io.isochrone.proxy.http.H1Request;
import io.isochrone.proxy.http.H1Response;
import io.isochrone.proxy.http.H2Head;
import io.isochrone.proxy.http.HeaderFields;
import io.isochrone.proxy.http.Malformed;
import io.isochrone.proxy.http.Violation;
import io.isochrone.proxy.outcome.ConnectionFault;
import io.isochrone.proxy.outcome.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a client's HTTP/2 connection: one request and its response. A request body whose length is not declared becomes
 * chunked, and so may have trailers; response trailers become a trailer section.
 *
 * <p>Each stream has its own pace: its window grows only as the upstream takes its bytes, and its upstream is read only while few of
 * its own bytes wait, whatever other streams of the connection do.
 *
 * <p>Confined to one event loop.
 */
final class H2ServerStream implements DownstreamStream {
    private static final byte[] CRLF = {'\r', '\n'};
    private static final ByteBuf LINE_END =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer(2).writeBytes(CRLF));

    private final H2Connection connection;
    private final LoopState loop;
    private final int id;
    private final RequestSlot slot;
    private final H1Request request;

    private @Nullable Exchange exchange;
    /** What the upstream must answer to the WebSocket that the request opens, or null. */
    private @Nullable String accept;
    /** After the upstream's 101: data are bytes of the WebSocket. */
    private boolean tunnel;
    /** Of a WebSocket that is open; otherwise null. */
    private @Nullable Farewell farewell;
    /** Data that came before the upstream's 101; the client's window lacks them. */
    private @Nullable ByteBuf early;

    private boolean requestEnded;
    private boolean remoteEnded;
    private boolean ended;
    private boolean paused;
    private long received;
    /** Request bytes that were passed on while the upstream could take no more: the client's window lacks them. */
    private int unconsumed;
    /** Response bytes that are still to come by the declared length, or -1. */
    private long remaining = -1;
    /** Response bytes that were written and have not left. */
    private long waiting;

    private boolean full;
    private long progressNanos;

    H2ServerStream(H2Connection connection, int id, RequestSlot slot) {
        this.connection = connection;
        this.loop = connection.loop();
        this.id = id;
        this.slot = slot;
        this.request = slot.request();
        request.forget();
    }

    // ---- the request

    /** Takes the request's head. */
    void begin(Http2Headers headers, boolean whole) throws Http2Exception {
        remoteEnded = whole;
        requestEnded = whole;
        Limits limits = loop.settings().limits();
        Bytes head = slot.head();
        H2Head translation = connection.head();
        translation.begin();
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            AsciiString name = AsciiString.of(field.getKey());
            AsciiString value = AsciiString.of(field.getValue());
            require(translation.field(
                    name.array(),
                    name.arrayOffset(),
                    name.arrayOffset() + name.length(),
                    value.array(),
                    value.arrayOffset(),
                    value.arrayOffset() + value.length()));
        }
        String key = "";
        if (translation.opensWebSocket()) {
            key = WebSocketKeys.key(ThreadLocalRandom.current());
            accept = WebSocketKeys.accept(key);
        }
        require(translation.end(whole, key, head));
        Violation violation =
                request.parse(head.array(), head.length(), limits.maxTargetBytes(), limits.maxHeaderFields());
        request.markTwo();
        if (violation != null) {
            refuse(violation);
            return;
        }
        require(whole && request.fields().contentLength() > 0 ? Malformed.CONTENT_LENGTH : null);
        long now = loop.now();
        Dispatch dispatch = Admission.decide(loop, request, connection.peer(), now);
        if (dispatch instanceof LocalAnswer answer) {
            answer(answer, null, 0);
            Admission.record(loop, request, connection.peer(), answer.outcome(), answer.status(), answer.api());
        } else if (dispatch instanceof Forwarding plan) {
            Exchange next = new Exchange(this, plan, connection.peer(), loop.context(), now, loop.epochMillis(now));
            exchange = next;
            next.start();
            connection.fed(this);
        }
    }

    private void require(@Nullable Malformed malformed) throws Http2Exception {
        if (malformed != null) {
            Exchange current = exchange;
            exchange = null;
            if (current != null) {
                current.clientGone();
            } else {
                Admission.record(loop, request, connection.peer(), Outcome.BAD_REQUEST, 0, null);
            }
            throw Http2Exception.streamError(id, Http2Error.PROTOCOL_ERROR, "%s", malformed.message());
        }
    }

    /** Answers a request whose head breaks a rule of ours. */
    void refuse(Violation violation) {
        Outcome outcome = violation.outcome();
        answer(LocalAnswer.of(outcome, violation.message(), Map.of(), null), null, 0);
        Admission.record(loop, request, connection.peer(), outcome, outcome.status(), null);
    }

    /** Takes request data; returns how many bytes the client may send instead. */
    int data(ByteBuf data, int padding, boolean end) {
        remoteEnded |= end;
        int n = data.readableBytes();
        Exchange current = exchange;
        if (current == null) {
            return padding; // it was answered: who sends on fills the stream's window and no more
        }
        received += n;
        if (accept != null && !tunnel) {
            early = early == null
                    ? data.readRetainedSlice(n)
                    : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(
                            connection.context().alloc(), early, data.readRetainedSlice(n));
            unconsumed += n;
            return padding;
        }
        if (!tunnel && received > loop.settings().limits().maxBodyBytes()) {
            current.requestBroken(Outcome.BODY_TOO_LARGE, null);
            return padding;
        }
        if (n > 0) {
            pass(current, data.readRetainedSlice(n));
        }
        if (end || received == request.fields().contentLength()) {
            endRequest(current, "0\r\n\r\n");
        }
        connection.fed(this);
        if (paused) {
            unconsumed += n;
            return padding;
        }
        return n + padding;
    }

    private void pass(Exchange current, ByteBuf data) {
        if (!request.fields().isChunked()) {
            current.requestBody(data, received);
            return;
        }
        ByteBuf size = connection.context().alloc().buffer(12);
        ByteBufUtil.writeAscii(size, Integer.toHexString(data.readableBytes()));
        size.writeBytes(CRLF);
        current.requestBody(size, received);
        current.requestBody(data, received);
        current.requestBody(LINE_END.retainedDuplicate(), received);
    }

    /** The upstream has changed to the WebSocket: what has come of it already goes there first. */
    private void beginTunnel() {
        tunnel = true;
        farewell = new Farewell();
        Exchange current = exchange;
        ByteBuf first = early;
        early = null;
        if (current == null) {
            return;
        }
        if (first != null) {
            current.requestBody(first, received);
            if (!paused) {
                paused = true;
                resumeRequest();
            }
        }
        if (remoteEnded) {
            requestEnded = true;
            current.requestEnd();
        }
        connection.fed(this);
    }

    private void dropEarly() {
        ByteBuf first = early;
        early = null;
        if (first != null) {
            first.release();
        }
    }

    private void endRequest(Exchange current, String last) {
        if (requestEnded || exchange != current) {
            return;
        }
        requestEnded = true;
        if (request.fields().isChunked()) {
            current.requestBody(ByteBufUtil.writeAscii(connection.context().alloc(), last), received);
        }
        current.requestEnd();
    }

    /** Takes the request's trailer section. */
    void trailers(Http2Headers headers) throws Http2Exception {
        remoteEnded = true;
        Exchange current = exchange;
        if (current == null) {
            return;
        }
        H2Head translation = connection.head();
        translation.beginTrailers();
        boolean forbidden = false;
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            AsciiString name = AsciiString.of(field.getKey());
            AsciiString value = AsciiString.of(field.getValue());
            int start = name.arrayOffset();
            require(translation.trailer(
                    name.array(),
                    start,
                    start + name.length(),
                    value.array(),
                    value.arrayOffset(),
                    value.arrayOffset() + value.length()));
            forbidden |= H2Head.isForbiddenInTrailers(name.array(), start, start + name.length());
        }
        if (forbidden) {
            current.requestBroken(Outcome.BAD_REQUEST, Violation.TRAILER);
            return;
        }
        Bytes lines = translation.trailers();
        String text = new String(lines.array(), 0, lines.length(), StandardCharsets.ISO_8859_1);
        endRequest(current, "0\r\n" + text + "\r\n");
        connection.fed(this);
    }

    /** Everything that has arrived was passed on. */
    void requestReadComplete() {
        Exchange current = exchange;
        if (current != null) {
            current.requestReadComplete();
        }
    }

    /** The stream is closed, by whomever; gives back what may serve another. */
    RequestSlot closed() {
        Exchange current = exchange;
        exchange = null;
        dropEarly();
        if (current != null) {
            current.clientGone();
        }
        return slot;
    }

    /** Ends what has waited too long. */
    void sweep(long nowNanos) {
        Exchange current = exchange;
        if (current != null) {
            current.sweep(nowNanos);
            if (farewell != null && farewell.isDue(nowNanos, loop)) {
                sendClose(Farewell.GOING_AWAY);
            }
        } else if (waiting > 0
                && nowNanos - progressNanos
                        > loop.settings().timeouts().streamIdle().toNanos()) {
            connection.reset(id, Http2Error.CANCEL);
            connection.countOrEnd(ConnectionFault.STALLS);
        }
    }

    // ---- the response

    @Override
    public H1Request request() {
        return request;
    }

    @Override
    public void informational(H1Response head) {
        write(H2Responses.informational(head), false);
        connection.flushSoon();
    }

    /** Only a change to the WebSocket may look like success to a client that opens one (RFC 8441 §5). */
    @Override
    public boolean accepts(H1Response head) {
        String expected = accept;
        if (expected == null || head.status() >= 300) {
            return true;
        }
        return head.status() == 101 && expected.equals(head.fields().value("sec-websocket-accept"));
    }

    private void sendClose(int code) {
        ByteBuf close = farewell == null
                ? null
                : farewell.close(code, connection.context().alloc());
        if (close != null) {
            write(close, false);
            connection.flushSoon();
        }
    }

    @Override
    public void head(
            H1Response head, Forwarding plan, Endpoint endpoint, int attempts, boolean hasBody, boolean untilClose) {
        boolean sized = hasBody && !untilClose && !head.fields().isChunked();
        remaining = sized ? head.fields().contentLength() : -1;
        write(H2Responses.head(head, plan, endpoint, attempts), !hasBody);
        if (head.status() == 101) {
            beginTunnel();
        }
    }

    @Override
    public void body(ByteBuf bytes) {
        if (farewell != null) {
            farewell.follow(bytes);
        }
        if (remaining >= 0) {
            remaining -= bytes.readableBytes();
        }
        write(LoopBuffer.compact(bytes), remaining == 0);
    }

    @Override
    public boolean wantsDataOnly() {
        return true;
    }

    @Override
    public void end(@Nullable HeaderFields trailers) {
        if (ended) {
            return;
        }
        if (trailers == null) {
            write(Unpooled.EMPTY_BUFFER, true);
        } else {
            write(H2Responses.trailers(trailers), true);
        }
    }

    @Override
    public void answer(LocalAnswer answer, @Nullable Forwarding plan, int attempts) {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        boolean bodyless = body.length == 0 || request.method().equals("HEAD");
        write(H2Responses.answer(answer, plan, attempts, loop, body.length), bodyless);
        if (!bodyless) {
            write(Unpooled.wrappedBuffer(body), true);
        }
        connection.flushSoon();
    }

    private void write(Http2Headers headers, boolean end) {
        ChannelHandlerContext ctx = connection.context();
        ChannelPromise promise = ctx.newPromise();
        finishing(end, promise);
        connection.sent();
        connection.encoder().writeHeaders(ctx, id, headers, 0, end, promise);
    }

    private void write(ByteBuf data, boolean end) {
        ChannelHandlerContext ctx = connection.context();
        int n = data.readableBytes();
        ChannelPromise promise = ctx.newPromise();
        if (n > 0) {
            if (waiting == 0) {
                progressNanos = loop.now();
            }
            waiting += n;
            connection.sent();
            promise.addListener(new Written(n));
        }
        finishing(end, promise);
        connection.encoder().writeData(ctx, id, data, 0, end, promise);
    }

    /** A response that is out before its request is whole asks the client to stop (RFC 9113 §8.1). */
    private void finishing(boolean end, ChannelPromise promise) {
        if (!end) {
            return;
        }
        ended = true;
        if (!remoteEnded && !tunnel) {
            promise.addListener(written -> {
                if (written.isSuccess() && !remoteEnded) {
                    connection.reset(id, Http2Error.NO_ERROR);
                }
            });
        }
    }

    /** Bytes of the response that wait. Confined to one event loop. */
    private final class Written implements ChannelFutureListener {
        private final int bytes;

        Written(int bytes) {
            this.bytes = bytes;
        }

        @Override
        public void operationComplete(ChannelFuture future) {
            waiting -= bytes;
            progressNanos = loop.now();
            Exchange current = exchange;
            if (full && waiting <= loop.settings().limits().bufferBytes() / 2) {
                full = false;
                if (current != null) {
                    current.downstreamWritabilityChanged();
                }
            }
        }
    }

    @Override
    public void cut() {
        exchange = null;
        boolean slowReader = full;
        dropEarly();
        connection.reset(id, tunnel ? Http2Error.CANCEL : Http2Error.INTERNAL_ERROR); // RFC 8441 §5
        if (slowReader) {
            connection.countOrEnd(ConnectionFault.STALLS);
        }
    }

    @Override
    public boolean isWritable() {
        full |= waiting
                >= loop.settings().limits().bufferBytes(); // until half of it has left: who was told no is told then
        return !full;
    }

    @Override
    public void pauseRequest() {
        paused = true;
    }

    @Override
    public void resumeRequest() {
        if (paused) {
            paused = false;
            int bytes = unconsumed;
            unconsumed = 0;
            if (bytes > 0) {
                connection.consume(id, bytes);
            }
        }
    }

    @Override
    public void flush() {
        connection.flushSoon();
    }

    @Override
    public void exchangeEnded(boolean requestWhole) {
        exchange = null;
    }
}
