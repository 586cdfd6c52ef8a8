package io.isochrone.proxy.downstream;

import io.isochrone.proxy.codec.RecentResets;
import io.isochrone.proxy.codec.StrictFrameReader;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Ends the connection of a client that sends a head on a stream that is closed, or was passed over (RFC 9113 §5.1, §5.1.1): Netty
 * forgives that with a stream error. A stream that we have reset may still get frames that were on their way.
 *
 * <p>Confined to one event loop.
 */
final class H2ClientRules extends StrictFrameReader.Rules {
    private final Http2Connection connection;
    private final RecentResets resets;

    H2ClientRules(Http2FrameListener to, Http2Connection connection, RecentResets resets) {
        super(to);
        this.connection = connection;
        this.resets = resets;
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream)
            throws Http2Exception {
        check(streamId);
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
        check(streamId);
        super.onHeadersRead(ctx, streamId, headers, streamDependency, weight, exclusive, padding, endOfStream);
    }

    private void check(int streamId) throws Http2Exception {
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
}
