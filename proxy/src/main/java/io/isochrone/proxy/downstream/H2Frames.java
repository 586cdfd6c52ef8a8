package io.isochrone.proxy.downstream;

import io.isochrone.proxy.outcome.ConnectionFault;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * Hands what a client's HTTP/2 connection receives to its streams, and counts what of that may be abuse.
 *
 * <p>Confined to one event loop.
 */
final class H2Frames extends Http2FrameAdapter {
    private final H2Connection connection;

    H2Frames(H2Connection connection) {
        this.connection = connection;
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream)
            throws Http2Exception {
        H2ServerStream stream = connection.stream(streamId);
        if (stream == null) {
            connection.open(streamId).begin(headers, endOfStream);
        } else {
            stream.trailers(headers);
        }
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
        onHeadersRead(ctx, streamId, headers, padding, endOfStream);
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream)
            throws Http2Exception {
        if (!data.isReadable() && !endOfStream) {
            connection.count(ConnectionFault.FRAME_FLOOD);
        }
        H2ServerStream stream = connection.stream(streamId);
        return stream == null ? data.readableBytes() + padding : stream.data(data, padding, endOfStream);
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) throws Http2Exception {
        connection.count(ConnectionFault.RESETS);
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long data) {
        connection.pingAnswered(data);
    }
}
