package io.isochrone.proxy.upstream;

import io.isochrone.config.model.Limits;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.buffer.LoopReads;
import io.isochrone.proxy.codec.BodyReader;
import io.isochrone.proxy.codec.HalfClose;
import io.isochrone.proxy.codec.HeadCollector;
import io.isochrone.proxy.codec.HeadWriter;
import io.isochrone.proxy.codec.JoiningWriter;
import io.isochrone.proxy.exchange.Forwarding;
import io.isochrone.proxy.exchange.UpstreamListener;
import io.isochrone.proxy.exchange.UpstreamStream;
import io.isochrone.proxy.http.H1Request;
import io.isochrone.proxy.http.H1Response;
import io.isochrone.proxy.http.HeaderFields;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.tls.Alerts;
import io.isochrone.proxy.tls.ClientTls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 connection to an endpoint: idle in the pool, or at the service of one attempt at a time. It goes back to the pool only
 * when the request was written whole, the response read whole, nothing was left over and both sides keep alive; everything else
 * closes it, because one stray byte would be the next client's answer.
 *
 * <p>Confined to one event loop.
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter implements UpstreamStream {
    private final UpstreamPool pool;
    private final H1Lane lane;
    private final Endpoint endpoint;
    private final Channel channel;
    private final HeadCollector collector = new HeadCollector();
    private final H1Response response = new H1Response();
    private final BodyReader body = new BodyReader();
    private final HeadWriter writer = new HeadWriter();
    private final JoiningWriter out;
    private final long openedNanos;
    private final long maxAgeNanos;
    private final @Nullable ClientTls securedBy;

    private @Nullable UpstreamListener listener;
    /** Who was given something since the last read completed; it may have ended meanwhile and wants its bytes flushed. */
    private @Nullable UpstreamListener lastListener;

    private @Nullable ByteBuf in;
    private int interims;
    private boolean headSeen;
    private boolean headRequest;
    /** The protocols that the request would change to, or null. */
    private @Nullable String offered;

    private boolean tunnel;
    /** The other side of a tunnel has ended its direction. */
    private boolean inputEnded;
    /** The listener knows that the response, or the other side's direction of a tunnel, is over. */
    private boolean endTold;

    private boolean paused;
    private boolean broken;
    /** The other side did not like our certificate, which in TLS 1.3 it says after the handshake. */
    private boolean refusedUs;

    private boolean inactive;
    private boolean processing;
    private int exchanges;
    private long idleSinceNanos;
    private int keepAliveSeconds = -1;

    UpstreamConnection(
            UpstreamPool pool,
            H1Lane lane,
            Endpoint endpoint,
            Channel channel,
            long maxAgeNanos,
            @Nullable ClientTls securedBy) {
        this.pool = pool;
        this.lane = lane;
        this.endpoint = endpoint;
        this.channel = channel;
        this.out = new JoiningWriter(channel);
        this.openedNanos = pool.now();
        this.maxAgeNanos = maxAgeNanos;
        this.securedBy = securedBy;
        this.idleSinceNanos = openedNanos;
    }

    /** Gives the connection to an attempt. */
    void assign(UpstreamListener next) {
        listener = next;
        headSeen = false;
        interims = 0;
        endTold = false;
        paused = false;
        collector.reset();
        exchanges++;
        next.connected(this);
    }

    Endpoint endpoint() {
        return endpoint;
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    long openedNanos() {
        return openedNanos;
    }

    /** What its TLS was made with; null: plain text. */
    @Nullable
    ClientTls securedBy() {
        return securedBy;
    }

    /** The age at which it is given up, see {@link IdleRule}. */
    long maxAgeNanos() {
        return maxAgeNanos;
    }

    /** Seconds that the upstream said it keeps idle connections, or -1. */
    int keepAliveSeconds() {
        return keepAliveSeconds;
    }

    /** Whether the endpoint is still to be found at the address that this is connected to. */
    boolean isAtHome() {
        return endpoint.isAt(channel.remoteAddress());
    }

    boolean isUsable() {
        return channel.isActive() && in == null;
    }

    void close() {
        channel.close();
    }

    // ---- UpstreamStream

    @Override
    public void send(H1Request request, Forwarding plan, Endpoint to, int attempt, String via) {
        headRequest = request.method().equals("HEAD");
        offered = request.upgrade();
        HeaderFields fields = request.fields();
        writer.into(out.head(fields.contentLength()));
        String target = plan.target(to);
        writer.text(request.method())
                .text(" ")
                .text(target == null ? request.target() : target)
                .text(" HTTP/1.1");
        writer.endLine();
        boolean host = false;
        for (int i = 0; i < fields.count(); i++) {
            String name = fields.lowerCaseName(i);
            if (fields.isHopByHop(i) || plan.dropsRequestHeader(name)) {
                continue;
            }
            host |= name.equals("host");
            writer.line(fields, i);
        }
        if (fields.isChunked()) {
            writer.add("Transfer-Encoding", "chunked");
        }
        if (!host && !plan.dropsRequestHeader("host")) {
            writer.add("Host", request.host().isEmpty() ? to.id() : request.host());
        }
        if (offered != null) {
            writer.add("Connection", "Upgrade");
            writer.add("Upgrade", offered);
        }
        writer.add("Via", via);
        plan.requestHeaders(writer, to, attempt);
        writer.endHead();
    }

    @Override
    public void body(ByteBuf bytes) {
        out.body(bytes);
    }

    @Override
    public void flush() {
        out.flush();
    }

    @Override
    public void endTunnel() {
        out.flush();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> HalfClose.shutdownOutput(channel));
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void pause() {
        paused = true;
        channel.config().setAutoRead(false);
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            channel.config().setAutoRead(true);
            channel.eventLoop().execute(this::goOn);
        }
    }

    private void goOn() {
        UpstreamListener to = listener;
        process();
        if (inactive && listener != null && !paused) {
            conclude();
        }
        if (to != null) {
            to.readComplete();
        }
    }

    @Override
    public H1Response response() {
        return response;
    }

    @Override
    public @Nullable HeaderFields trailers() {
        return body.trailers();
    }

    @Override
    public void finish(boolean requestWhole) {
        boolean unused = !headSeen && exchanges > 0 && listener != null;
        listener = null;
        boolean reusable = requestWhole
                && !inactive
                && channel.isActive()
                && in == null
                && (unused || response.isKeepAlive() && body.isDone());
        if (reusable) {
            if (!unused) {
                int seconds = response.fields().keepAliveSeconds();
                keepAliveSeconds = seconds >= 0 ? seconds : keepAliveSeconds;
                idleSinceNanos = pool.now(); // what carried nothing has been idle since before
            }
            if (paused) {
                paused = false;
                channel.config().setAutoRead(true);
            }
            lane.release(this);
        } else {
            out.release();
            channel.close();
        }
    }

    @Override
    public void cancel() {
        listener = null;
        out.release();
        if (tunnel) {
            HalfClose.resetOnClose(channel); // whoever broke off the other side broke off this one
        }
        channel.close();
        if (!processing) {
            dropInput();
        }
    }

    // ---- from the network

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (listener == null) {
            bytes.release();
            channel.close();
            return;
        }
        lastListener = listener;
        in = in == null ? bytes : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), in, bytes);
        process();
    }

    private void process() {
        if (processing) {
            return;
        }
        processing = true;
        try {
            while (step()) {
                // each step hands over one head or one run of the body
            }
        } finally {
            processing = false;
            dropEmptyInput();
            in = LoopReads.compact(in);
        }
    }

    private void dropEmptyInput() {
        ByteBuf bytes = in;
        if (bytes != null && (!bytes.isReadable() || listener == null && !channel.isActive())) {
            dropInput();
        }
    }

    private void dropInput() {
        ByteBuf bytes = in;
        in = null;
        if (bytes != null) {
            bytes.release();
        }
    }

    private boolean step() {
        UpstreamListener to = listener;
        if (to == null || paused) {
            return false;
        }
        ByteBuf bytes = in;
        boolean empty = bytes == null || !bytes.isReadable();
        if (headSeen && (body.isDone() || inputEnded && empty)) {
            if (!endTold) {
                endTold = true;
                to.end(this);
            }
            return false;
        }
        if (bytes == null || empty) {
            return false;
        }
        return headSeen ? bodyStep(to, bytes) : headStep(to, bytes);
    }

    private boolean headStep(UpstreamListener to, ByteBuf bytes) {
        Limits limits = pool.limits();
        if (!collector.collect(bytes, limits.maxHeadBytes(), limits.maxHeadBytes())) {
            if (collector.violation() != null) {
                fail(Failure.BAD_RESPONSE);
            }
            return false;
        }
        if (response.parse(collector.head(), collector.length(), limits.maxHeaderFields()) != null
                || response.status() == 101 && (offered == null || !response.changesTo(offered))) {
            fail(Failure.BAD_RESPONSE);
            return false;
        }
        if (response.status() == 101) {
            beginTunnel(to);
            return true;
        }
        if (response.status() < 200) {
            if (++interims > H1Response.MAX_INTERIMS) {
                fail(Failure.BAD_RESPONSE);
                return false;
            }
            to.informational(this);
            return true;
        }
        headSeen = true;
        boolean untilClose = false;
        if (response.isBodyless(headRequest)) {
            body.none();
        } else if (response.fields().isChunked()) {
            if (to.wantsDataOnly()) {
                body.chunkedKeepingTrailers();
            } else {
                body.chunked();
            }
        } else if (response.fields().contentLength() >= 0) {
            body.length(response.fields().contentLength());
        } else {
            body.untilClose();
            untilClose = true;
        }
        dropEmptyInput();
        to.head(this, !body.isDone(), untilClose);
        return true;
    }

    private void beginTunnel(UpstreamListener to) {
        headSeen = true;
        tunnel = true;
        body.untilClose();
        HalfClose.allow(channel);
        dropEmptyInput();
        to.head(this, true, true);
    }

    private boolean bodyStep(UpstreamListener to, ByteBuf bytes) {
        int n = body.next(bytes, to.wantsDataOnly());
        if (n == 0) {
            fail(Failure.BAD_RESPONSE);
            return false;
        }
        boolean data = body.isData();
        ByteBuf run = bytes.readRetainedSlice(n);
        dropEmptyInput();
        to.body(this, run, data);
        return true;
    }

    private void fail(Failure failure) {
        UpstreamListener to = listener;
        listener = null;
        out.release();
        channel.close();
        if (to != null) {
            to.lost(this, failure);
            to.readComplete();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        UpstreamListener to = lastListener;
        lastListener = null;
        if (to != null) {
            to.readComplete();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (listener != null) {
            listener.writabilityChanged(this);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        lane.closed(this);
        inactive = true;
        out.release();
        if (listener != null && !paused) {
            conclude();
        }
        dropEmptyInput();
    }

    /** The connection is gone and everything that arrived was handed over: was that the end, or is something missing? */
    private void conclude() {
        process();
        UpstreamListener to = listener;
        if (to == null || paused) {
            return;
        }
        if (endTold) {
            fail(Failure.RESPONSE_CUT);
        } else if (headSeen && body.isUntilClose() && !broken && !tunnel) {
            body.none();
            to.end(this);
            to.readComplete();
        } else {
            fail(headSeen ? Failure.RESPONSE_CUT : lostBeforeResponse());
        }
    }

    private Failure lostBeforeResponse() {
        if (refusedUs) {
            return Failure.TLS_FAILED;
        }
        return exchanges > 1 ? Failure.STALE_CONNECTION : Failure.RESET_BEFORE_RESPONSE;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (tunnel && HalfClose.isEndOfInput(event)) {
            inputEnded = true;
            UpstreamListener to = listener;
            process();
            if (to != null) {
                to.readComplete();
            }
        } else if (event instanceof SslCloseCompletionEvent end) {
            broken |= !end.isSuccess(); // without close_notify an end of the connection is no end of a body (RFC 9112
            // §9.8)
            ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        broken = true;
        Throwable inner = cause.getCause();
        if (inner instanceof SSLException) {
            refusedUs = exchanges == 1 && !headSeen && Alerts.refusesOurCertificate(inner);
            pool.warn(endpoint, inner);
        } else {
            pool.caught(endpoint, cause);
        }
        ctx.close();
    }
}
