package io.isochrone.proxy.downstream;

import io.isochrone.proxy.codec.FaultTally;
import io.isochrone.proxy.codec.RecentResets;
import io.isochrone.proxy.codec.StrictFrameReader;
import io.isochrone.proxy.exchange.Peer;
import io.isochrone.proxy.outcome.ConnectionFault;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * How far one client's HTTP/2 connection is trusted. Without it a client makes a node work for nothing; with bounds that are too tight a busy
 * client loses all its requests at once. So {@value #CONTROL_FRAMES_EACH} control frames are borne for each piece of a response besides the bound
 * (gRPC clients answer data with PING, to measure the way, and with window updates), and a node of ours, which speaks for many clients, may do
 * {@value #NODE_FACTOR} times as much. What is counted is what was passed to the connection: frames that the client's own window makes small earn nothing.
 *
 * <p>Confined to one event loop.
 */
final class H2ClientGuard {
    private static final int CONTROL_FRAMES_EACH = 10;
    /** Cancellations of thousands of clients share the connection of a router. */
    private static final int NODE_FACTOR = 100;

    private static final int REMEMBERED_RESETS = 256;

    private final LoopState loop;
    private final Http2Connection connection;
    private final FaultTally faults;
    private final RecentResets resets = new RecentResets(REMEMBERED_RESETS);

    H2ClientGuard(LoopState loop, Peer peer, Http2Connection connection) {
        this.loop = loop;
        this.connection = connection;
        this.faults = new FaultTally(Peer.NODE.equals(peer.attachment()) ? NODE_FACTOR : 1, loop.now());
    }

    /** The rules that frames are shown to before {@code to}. */
    StrictFrameReader.Rules rules(Http2FrameListener to) {
        return new Rules(to);
    }

    /** A head or a piece of the body of a response was passed on. */
    void sent() {
        faults.earn(CONTROL_FRAMES_EACH);
    }

    /** A stream was reset by us. */
    void reset(int streamId) {
        resets.add(streamId);
    }

    /** Whether frames of a stream that is over may be some that were on their way when we reset it (RFC 9113 §5.1). */
    boolean wasReset(int streamId) {
        return resets.contains(streamId);
    }

    /** Counts one of what a client may do only so often; too many end the connection. */
    void count(ConnectionFault kind) throws Http2Exception {
        faults.count(kind, loop.now());
    }

    /** The connection is ended for this, or null for a bug of ours; tells the observer the first time and returns why, otherwise null. */
    @Nullable
    ConnectionFault ended(@Nullable Http2Exception cause) {
        ConnectionFault kind = faults.end(cause);
        if (kind != null) {
            loop.context().observer().connectionFault(kind);
        }
        return kind;
    }

    /**
     * Ends the connection of a client that sends a head on a stream that is closed, or was passed over (RFC 9113 §5.1, §5.1.1): Netty forgives
     * that with a stream error.
     *
     * <p>Confined to one event loop.
     */
    private final class Rules extends StrictFrameReader.Rules {
        Rules(Http2FrameListener to) {
            super(to);
        }

        @Override
        protected void controlFrame() throws Http2Exception {
            count(ConnectionFault.CONTROL_FRAMES);
        }

        @Override
        protected boolean isOver(int streamId) {
            return connection.stream(streamId) == null;
        }

        private void checkHead(int streamId) throws Http2Exception {
            Http2Stream stream = connection.stream(streamId);
            if (stream != null && stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE && !stream.isResetSent()) {
                throw Http2Exception.streamError(
                        streamId, Http2Error.STREAM_CLOSED, "HEADERS on stream %d, whose request has ended", streamId);
            }
            if (stream == null && connection.streamMayHaveExisted(streamId) && !resets.contains(streamId)) {
                throw Http2Exception.connectionError(
                        Http2Error.STREAM_CLOSED, "HEADERS on stream %d, which is closed", streamId);
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream)
                throws Http2Exception {
            checkHead(streamId);
            super.onHeadersRead(ctx, streamId, headers, padding, endOfStream);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int streamId,
                Http2Headers headers,
                int streamDependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean endOfStream)
                throws Http2Exception {
            checkHead(streamId);
            super.onHeadersRead(ctx, streamId, headers, streamDependency, weight, exclusive, padding, endOfStream);
        }
    }
}
