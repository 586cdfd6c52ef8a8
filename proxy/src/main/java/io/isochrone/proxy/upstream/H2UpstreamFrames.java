package io.isochrone.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;

/** Gives the frames of an upstream's connection to their streams. Confined to one event loop. */
final class H2UpstreamFrames extends Http2EventAdapter {
    private final H2UpstreamConnection connection;

    H2UpstreamFrames(H2UpstreamConnection connection) {
        this.connection = connection;
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream) {
        H2UpstreamStream stream = connection.stream(streamId);
        if (stream != null) {
            stream.headers(headers, endOfStream);
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
            boolean endOfStream) {
        onHeadersRead(ctx, streamId, headers, padding, endOfStream);
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
        H2UpstreamStream stream = connection.stream(streamId);
        return stream == null ? data.readableBytes() + padding : stream.data(data, padding, endOfStream);
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
        H2UpstreamStream stream = connection.stream(streamId);
        if (stream != null) {
            stream.lost(stream.failureWhenReset(errorCode));
        }
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
        connection.settingsCame();
    }
}
