package io.isochrone.proxy.downstream;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.buffer.LoopReads;
import io.isochrone.proxy.codec.BodyReader;
import io.isochrone.proxy.codec.HalfClose;
import io.isochrone.proxy.codec.HeadCollector;
import io.isochrone.proxy.exchange.Dispatch;
import io.isochrone.proxy.exchange.Exchange;
import io.isochrone.proxy.exchange.Forwarding;
import io.isochrone.proxy.exchange.LocalAnswer;
import io.isochrone.proxy.exchange.Peer;
import io.isochrone.proxy.http.H1Request;
import io.isochrone.proxy.http.Violation;
import io.isochrone.proxy.outcome.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's HTTP/1 connection: reads heads, hands each request to the dispatcher, and starts the next only when the one before has
 * ended, so that pipelined answers keep their order.
 *
 * <p>Phases: HEAD (waiting for or reading a head) → EXCHANGE → HEAD … → LINGER (the last answer is out, what the client still sends
 * is thrown away for a while so that it can read the answer, RFC 9112 §9.6) → CLOSED.
 *
 * <p>Confined to one event loop.
 */
final class DownstreamConnection extends ChannelInboundHandlerAdapter implements ClientConnection {
    private static final Logger LOG = LoggerFactory.getLogger(DownstreamConnection.class);
    private static final long LINGER_NANOS = 2_000_000_000L;
    private static final long LINGER_BYTES = 1 << 20;

    private enum Phase {
        HEAD,
        EXCHANGE,
        LINGER,
        CLOSED
    }

    private final LoopState loop;
    private final Channel channel;
    private final Peer peer;
    private final HeadCollector collector = new HeadCollector();
    private final H1Request request = new H1Request();
    private final BodyReader body = new BodyReader();
    private final H1ServerStream stream;
    private final IdleQueue.Entry idle = new IdleQueue.Entry(this);

    private Phase phase = Phase.HEAD;
    private @Nullable Exchange exchange;
    private @Nullable ByteBuf in;
    private boolean paused;
    private boolean processing;
    private long phaseNanos;
    /** Whether the phase began after the last sweep, which then says when. */
    private boolean phaseFresh;

    private long headNanos;
    private boolean headBegun;
    /** Whether nothing but the beginning of an HTTP/2 preface has arrived, which is nothing at first. */
    private boolean mayBeTwo;

    /** After 101: what comes is no request but bytes for the upstream. */
    private boolean tunnel;

    private boolean inputEnded;
    private long lingered;
    private final long openedNanos;
    private final double ageShare;
    private boolean old;

    /** @param mayBeTwo whether the client may begin with an HTTP/2 preface, by prior knowledge */
    DownstreamConnection(LoopState loop, Channel channel, Peer peer, boolean mayBeTwo) {
        this.loop = loop;
        this.mayBeTwo = mayBeTwo;
        this.channel = channel;
        this.peer = peer;
        this.stream = new H1ServerStream(this, channel, request, loop);
        this.openedNanos = loop.now();
        this.phaseNanos = openedNanos;
        this.ageShare = loop.nextAgeShare();
    }

    /** Whether the connection is to end with the response that is due. */
    boolean isOld() {
        return old;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        loop.add(this);
    }

    // ---- from the network

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (phase == Phase.LINGER || phase == Phase.CLOSED) {
            lingered += bytes.readableBytes();
            bytes.release();
            if (lingered > LINGER_BYTES) {
                channel.close();
            }
            return;
        }
        in = in == null ? bytes : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), in, bytes);
        if (mayBeTwo && !isOne(in)) {
            in = LoopReads.compact(in);
            return;
        }
        process();
    }

    /** Looks at the first bytes of the connection: a whole preface (RFC 9113 §3.4) hands the connection over to HTTP/2. */
    private boolean isOne(ByteBuf bytes) {
        H2Downstream.Preface preface = H2Downstream.preface(bytes);
        if (preface == H2Downstream.Preface.PARTIAL) {
            startHead();
            return false;
        }
        mayBeTwo = false;
        if (preface == H2Downstream.Preface.NONE) {
            return true;
        }
        phase = Phase.CLOSED;
        in = null;
        H2Downstream.replace(this, channel, loop, peer, bytes);
        return false;
    }

    private void process() {
        if (processing) {
            return;
        }
        processing = true;
        try {
            while (step()) {
                // each step takes one head or one run of a body
            }
        } finally {
            processing = false;
            dropEmptyInput();
            in = LoopReads.compact(in);
        }
        if (inputEnded && in == null && exchange != null) {
            inputEnded = false;
            exchange.requestEnd();
        }
        boundPipelined();
    }

    private boolean step() {
        ByteBuf bytes = in;
        if (bytes == null || !bytes.isReadable()) {
            return false;
        }
        return switch (phase) {
            case HEAD -> headStep(bytes);
            case EXCHANGE -> bodyStep(bytes);
            case LINGER, CLOSED -> {
                bytes.skipBytes(bytes.readableBytes());
                yield false;
            }
        };
    }

    private boolean headStep(ByteBuf bytes) {
        Limits limits = loop.settings().limits();
        if (!collector.collect(bytes, limits.maxTargetBytes() + 64, limits.maxHeadBytes())) {
            if (collector.violation() != null) {
                refuse(collector.violation());
            } else {
                startHead();
            }
            return false;
        }
        headBegun = false;
        Violation violation =
                request.parse(collector.head(), collector.length(), limits.maxTargetBytes(), limits.maxHeaderFields());
        if (violation != null) {
            refuse(violation);
            return false;
        }
        begin();
        return true;
    }

    private void startHead() {
        if (!headBegun) {
            headBegun = true;
            loop.idle().remove(idle);
            headNanos = loop.now();
        }
    }

    private void begin() {
        phase = Phase.EXCHANGE;
        loop.idle().remove(idle);
        stream.begin();
        if (request.fields().isChunked()) {
            body.chunked();
        } else {
            body.length(Math.max(0, request.fields().contentLength()));
        }
        long now = loop.now();
        Dispatch dispatch = Admission.decide(loop, request, peer, now);
        if (dispatch instanceof LocalAnswer answer) {
            answerLocally(answer);
        } else if (dispatch instanceof Forwarding plan) {
            Exchange next = new Exchange(stream, plan, peer, loop.context(), now, loop.epochMillis(now));
            exchange = next;
            next.start();
        }
    }

    private void answerLocally(LocalAnswer answer) {
        boolean whole = body.isDone();
        stream.answer(answer, null, 0);
        record(answer.outcome(), answer.status(), answer.api());
        exchangeEnded(whole);
    }

    private void refuse(Violation violation) {
        body.none();
        loop.idle().remove(idle);
        stream.begin();
        stream.closeAfter();
        Outcome outcome = violation.outcome();
        phase = Phase.EXCHANGE;
        stream.answer(LocalAnswer.of(outcome, violation.message(), Map.of(), null), null, 0);
        record(outcome, outcome.status(), null);
        linger();
    }

    private void record(Outcome outcome, int status, @Nullable String api) {
        Admission.record(loop, request, peer, outcome, status, api);
    }

    private boolean bodyStep(ByteBuf bytes) {
        Exchange current = exchange;
        if (current == null || body.isDone() || paused) {
            return false;
        }
        int n = body.next(bytes, false);
        if (n == 0) {
            stream.closeAfter();
            current.requestBroken(Outcome.BAD_REQUEST, body.violation());
            return false;
        }
        if (!tunnel && body.dataBytes() > loop.settings().limits().maxBodyBytes()) {
            stream.closeAfter();
            current.requestBroken(Outcome.BODY_TOO_LARGE, null);
            return false;
        }
        current.requestBody(bytes.readRetainedSlice(n), body.dataBytes());
        if (body.isDone() && exchange == current) {
            current.requestEnd();
        }
        return true;
    }

    private void dropEmptyInput() {
        ByteBuf bytes = in;
        if (bytes != null && (!bytes.isReadable() || phase == Phase.LINGER || phase == Phase.CLOSED)) {
            in = null;
            bytes.release();
        }
    }

    /** A client that sends requests ahead of their turn is read no further than one buffer. */
    private void boundPipelined() {
        if (!channel.isActive()) {
            // Its descriptor may be another connection's by now: asking for reads would fail, or wake that one.
            return;
        }
        ByteBuf bytes = in;
        boolean full = bytes != null
                && bytes.readableBytes() > loop.settings().limits().bufferBytes();
        channel.config().setAutoRead(!paused && !(full && phase == Phase.EXCHANGE));
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (exchange != null) {
            exchange.requestReadComplete();
        }
        channel.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (exchange != null) {
            exchange.downstreamWritabilityChanged();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        phase = Phase.CLOSED;
        loop.idle().remove(idle);
        loop.remove(this);
        stream.gone();
        Exchange current = exchange;
        exchange = null;
        if (current != null) {
            current.clientGone();
        }
        if (!processing) {
            dropEmptyInput();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.error("client connection closed by a bug peer={}", peer.text(), cause);
        }
        ctx.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (tunnel && HalfClose.isEndOfInput(event)) {
            inputEnded = true;
            process();
            channel.flush();
        }
    }

    // ---- from the stream

    /** The response was 101: from now on bytes pass as they are, those that have come already first. */
    void tunnelBegins() {
        tunnel = true;
        body.untilClose();
        HalfClose.allow(channel);
        channel.eventLoop().execute(this::next);
    }

    void pauseRequest() {
        if (!paused) {
            paused = true;
            channel.config().setAutoRead(false);
        }
    }

    void resumeRequest() {
        if (paused) {
            paused = false;
            channel.eventLoop().execute(() -> {
                process();
                if (exchange != null) {
                    exchange.requestReadComplete();
                }
            });
        }
    }

    /** The exchange is over: take the next request, or leave in a way that lets the client read what was sent. */
    void exchangeEnded(boolean requestWhole) {
        exchange = null;
        if (phase != Phase.EXCHANGE) {
            return;
        }
        paused = false;
        if (tunnel) {
            phase = Phase.LINGER;
            phaseNanos = loop.now();
            stream.closeWhenFlushed();
        } else if (!requestWhole) {
            linger();
        } else if (stream.isClosing()) {
            phase = Phase.LINGER;
            phaseNanos = loop.now();
            stream.closeWhenFlushed();
        } else {
            phase = Phase.HEAD;
            phaseFresh = true;
            if (!Peer.NODE.equals(peer.attachment())
                    && channel.isActive()) { // nodes give connections up themselves, before we do
                loop.idle().add(idle);
            }
            if (in != null || !channel.config().isAutoRead()) {
                channel.eventLoop().execute(this::next);
            }
        }
    }

    private void next() {
        process();
        if (exchange != null) {
            exchange.requestReadComplete();
        }
        channel.flush();
    }

    private void linger() {
        phase = Phase.LINGER;
        phaseNanos = loop.now();
        stream.shutdownWhenFlushed();
        channel.config().setAutoRead(true);
    }

    /** Whether the client has, or may have, more of the request's body to send. */
    boolean hasUnreadBody() {
        return !body.isDone();
    }

    /** Sends what was written even if no read is under way that would do it. */
    void flushLater() {
        if (!processing) {
            channel.flush();
        }
    }

    // ---- time

    @Override
    public void sweep(long nowNanos) {
        Timeouts timeouts = loop.settings().timeouts();
        old = loop.isOver(openedNanos, ageShare, nowNanos);
        if (phaseFresh) {
            phaseFresh = false;
            phaseNanos = phase == Phase.HEAD ? nowNanos : phaseNanos;
        }
        switch (phase) {
            case HEAD -> {
                if (headBegun && nowNanos - headNanos > timeouts.requestHead().toNanos()) {
                    stream.begin();
                    stream.closeAfter();
                    phase = Phase.EXCHANGE;
                    stream.answer(LocalAnswer.of(Outcome.REQUEST_TIMEOUT), null, 0);
                    record(Outcome.REQUEST_TIMEOUT, Outcome.REQUEST_TIMEOUT.status(), null);
                    linger();
                    channel.flush();
                } else if (!headBegun
                        && nowNanos - phaseNanos > timeouts.downstreamIdle().toNanos()) {
                    channel.close();
                }
            }
            case EXCHANGE -> {
                if (exchange != null) {
                    exchange.sweep(nowNanos);
                    stream.sweep(nowNanos);
                    channel.flush();
                }
            }
            case LINGER -> {
                if (nowNanos - phaseNanos > LINGER_NANOS && channel.bytesBeforeWritable() == 0) {
                    channel.close();
                } else if (nowNanos - phaseNanos > timeouts.streamIdle().toNanos()) {
                    channel.close();
                }
            }
            case CLOSED -> {}
        }
    }

    @Override
    public int inFlight() {
        return isIdle() ? 0 : 1;
    }

    @Override
    public boolean isIdle() {
        return phase == Phase.HEAD && !headBegun;
    }

    @Override
    public boolean makeRoom() {
        var buffer = channel.unsafe().outboundBuffer();
        if (buffer == null || buffer.totalPendingWriteBytes() > 0) {
            return false;
        }
        channel.close();
        return true;
    }

    @Override
    public void close() {
        channel.close();
    }
}
