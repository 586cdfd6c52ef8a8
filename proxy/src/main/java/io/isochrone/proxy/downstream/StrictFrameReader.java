package io.isochrone.proxy.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads frames, and ends the connection of a client that sends a head on a stream that is closed, or was passed over (RFC 9113 §5.1,
 * §5.1.1): Netty forgives that with a stream error. A stream that we have reset may still get frames that were on their way.
 *
 * <p>Confined to one event loop.
 */
final class StrictFrameReader implements Http2FrameReader {
    private final Http2FrameReader reader;
    private final Http2Connection connection;
    private final RecentResets resets;
    private @Nullable Strict strict;

    StrictFrameReader(Http2FrameReader reader, Http2Connection connection, RecentResets resets) {
        this.reader = reader;
        this.connection = connection;
        this.resets = resets;
    }

    @Override
    public void readFrame(ChannelHandlerContext ctx, ByteBuf input, Http2FrameListener listener) throws Http2Exception {
        Strict to = strict;
        if (to == null || to.listener() != listener) {
            to = new Strict(listener);
            strict = to;
        }
        reader.readFrame(ctx, input, to);
    }

    @Override
    public Configuration configuration() {
        return reader.configuration();
    }

    @Override
    public void close() {
        reader.close();
    }

    /** Confined to one event loop. */
    private final class Strict extends Http2FrameListenerDecorator {
        private final Http2FrameListener to;

        Strict(Http2FrameListener to) {
            super(to);
            this.to = to;
        }

        Http2FrameListener listener() {
            return to;
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
}
