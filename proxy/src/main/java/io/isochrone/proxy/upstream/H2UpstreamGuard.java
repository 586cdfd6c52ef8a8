package io.isochrone.proxy.upstream;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.balance.UpstreamProtocol;
import io.isochrone.proxy.codec.FaultTally;
import io.isochrone.proxy.codec.RecentResets;
import io.isochrone.proxy.codec.StrictFrameReader;
import io.isochrone.proxy.outcome.ConnectionFault;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * How far one upstream's HTTP/2 connection is trusted. Without it a broken or hostile upstream makes a node work, or keep memory, beyond
 * what was asked of it; with bounds that are too tight it takes the requests of everyone on the connection down with one. So what comes
 * is bounded by what was sent: {@value #CONTROL_FRAMES_EACH} control frames are borne for each frame of a request besides the bound (gRPC servers
 * answer each DATA frame with a PING and window updates), and a node of ours, which speaks for many backends, may do {@value #NODE_FACTOR} times as much.
 *
 * <p>Confined to one event loop.
 */
final class H2UpstreamGuard {
    /** Bytes that wait on a connection beyond which nothing new is sent on it; bodies stop far below. */
    static final long MAX_WAITING_BYTES = 1 << 20;

    private static final int CONTROL_FRAMES_EACH = 10;
    private static final int NODE_FACTOR = 100;
    /** Streams whose late frames are forgiven: several seconds of cancellations. */
    private static final int REMEMBERED_RESETS = 4096;

    private final UpstreamPool pool;
    private final Http2Connection connection;
    private final FaultTally faults;
    private final RecentResets resets = new RecentResets(REMEMBERED_RESETS);
    private long waitingBytes;
    private long waitingNanos;

    H2UpstreamGuard(UpstreamPool pool, Endpoint endpoint, Http2Connection connection) {
        this.pool = pool;
        this.connection = connection;
        int factor = endpoint.protocol() == UpstreamProtocol.HTTP_2_NODE ? NODE_FACTOR : 1;
        this.faults = new FaultTally(factor, pool.now());
    }

    /** The rules that frames are shown to before {@code to}. */
    StrictFrameReader.Rules rules(Http2FrameListener to) {
        return new Rules(to);
    }

    /** A frame of a request was sent. */
    void sent() {
        faults.earn(CONTROL_FRAMES_EACH);
    }

    /** A stream was reset by us. */
    void reset(int streamId) {
        resets.add(streamId);
    }

    /** Counts one of what an upstream may do only so often. */
    void count(ConnectionFault kind) throws Http2Exception {
        faults.count(kind, pool.now());
    }

    /** The connection is ended for this, or null for a bug of ours; tells the observer the first time. */
    void ended(@Nullable Http2Exception cause) {
        tell(faults.end(cause));
    }

    private void tell(@Nullable ConnectionFault kind) {
        if (kind != null) {
            pool.observer().upstreamFault(kind);
        }
    }

    boolean isFaulted() {
        return faults.isEnded();
    }

    /** Whether so much waits for the upstream that nothing may be added. */
    static boolean isFull(Channel channel) {
        return waitingBytes(channel) > MAX_WAITING_BYTES;
    }

    private static long waitingBytes(Channel channel) {
        var buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /** Whether the upstream has taken nothing of what waits for too long. */
    boolean isStuck(Channel channel, long nowNanos) {
        long waiting = waitingBytes(channel);
        if (waiting == 0 || waiting != waitingBytes) {
            waitingBytes = waiting;
            waitingNanos = nowNanos;
            return false;
        }
        if (nowNanos - waitingNanos <= pool.streamIdleNanos()) {
            return false;
        }
        tell(faults.end(ConnectionFault.STUCK));
        return true;
    }

    /** Confined to one event loop. */
    private final class Rules extends StrictFrameReader.Rules {
        Rules(Http2FrameListener to) {
            super(to);
        }

        @Override
        protected void controlFrame() throws Http2Exception {
            count(ConnectionFault.CONTROL_FRAMES);
        }

        /** Whether a stream is over. One that never was is Netty's to refuse, but for those that only a server may begin. */
        @Override
        protected boolean isOver(int streamId) throws Http2Exception {
            if (streamId != 0 && (streamId & 1) == 0) {
                throw Http2Exception.connectionError(
                        Http2Error.PROTOCOL_ERROR, "stream %d was begun by the upstream", streamId);
            }
            return connection.stream(streamId) == null;
        }

        /** A response goes on only on a stream that is open; what was on its way when we reset one is dropped (RFC 9113 §5.1). */
        private void checkResponse(int streamId) throws Http2Exception {
            if (isOver(streamId) && connection.streamMayHaveExisted(streamId) && !resets.contains(streamId)) {
                throw Http2Exception.connectionError(
                        Http2Error.STREAM_CLOSED, "a response on stream %d, which is closed", streamId);
            }
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream)
                throws Http2Exception {
            checkResponse(streamId);
            if (!data.isReadable() && !endOfStream) {
                count(ConnectionFault.FRAME_FLOOD);
            }
            return super.onDataRead(ctx, streamId, data, padding, endOfStream);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream)
                throws Http2Exception {
            checkResponse(streamId);
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
            checkResponse(streamId);
            super.onHeadersRead(ctx, streamId, headers, streamDependency, weight, exclusive, padding, endOfStream);
        }

        @Override
        public void onPushPromiseRead(
                ChannelHandlerContext ctx, int streamId, int promisedStreamId, Http2Headers headers, int padding)
                throws Http2Exception {
            throw Http2Exception.connectionError(Http2Error.PROTOCOL_ERROR, "push is switched off");
        }
    }
}
