package io.isochrone.proxy.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads frames and shows each to rules of ours before the codec sees it, which forgives more than we do: it drops frames for streams that
 * are over without a word, so that nobody behind it could count them.
 *
 * <p>Confined to one event loop.
 */
public final class StrictFrameReader implements Http2FrameReader {
    private final Http2FrameReader reader;
    private final Function<Http2FrameListener, Rules> rules;
    private @Nullable Rules strict;

    /** @param rules makes the rules that pass frames on to a listener; called once */
    public StrictFrameReader(Http2FrameReader reader, Function<Http2FrameListener, Rules> rules) {
        this.reader = reader;
        this.rules = rules;
    }

    @Override
    public void readFrame(ChannelHandlerContext ctx, ByteBuf input, Http2FrameListener listener) throws Http2Exception {
        Rules to = strict;
        if (to == null || to.listener() != listener) {
            to = rules.apply(listener);
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

    /**
     * What holds for either side: frames that ask for work and carry nothing are counted, also those of streams that are over; and the other's
     * wish for a larger table of header fields is not granted (RFC 7541 §4.2 lets us use a smaller one); granted, the other side would decide how
     * much of what we send we keep.
     *
     * <p>Confined to one event loop.
     */
    public abstract static class Rules extends Http2FrameListenerDecorator {
        private static final long MAX_TABLE_BYTES = 4096;
        /** A window update below this is work without a use (CVE-2019-9511). */
        private static final int SMALL_UPDATE = 64;

        private final Http2FrameListener to;

        /** Rules that pass on to {@code to}. */
        protected Rules(Http2FrameListener to) {
            super(to);
            this.to = to;
        }

        final Http2FrameListener listener() {
            return to;
        }

        /** A control frame came; throws an error of the connection when it is one too many. */
        protected abstract void controlFrame() throws Http2Exception;

        /** Whether a stream is not open; throws when the other side may not name it. */
        protected abstract boolean isOver(int streamId) throws Http2Exception;

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) throws Http2Exception {
            if (isOver(streamId)) {
                controlFrame();
            }
            super.onRstStreamRead(ctx, streamId, errorCode);
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int increment) throws Http2Exception {
            if (increment < SMALL_UPDATE || isOver(streamId)) {
                controlFrame();
            }
            super.onWindowUpdateRead(ctx, streamId, increment);
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) throws Http2Exception {
            controlFrame();
            Long table = settings.headerTableSize();
            if (table != null && table > MAX_TABLE_BYTES) {
                settings.headerTableSize(MAX_TABLE_BYTES);
            }
            super.onSettingsRead(ctx, settings);
        }

        @Override
        public void onSettingsAckRead(ChannelHandlerContext ctx) throws Http2Exception {
            controlFrame();
            super.onSettingsAckRead(ctx);
        }

        @Override
        public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
            controlFrame();
            super.onPingRead(ctx, data);
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
            controlFrame();
            super.onPingAckRead(ctx, data);
        }

        @Override
        public void onPriorityRead(
                ChannelHandlerContext ctx, int streamId, int streamDependency, short weight, boolean exclusive)
                throws Http2Exception {
            controlFrame();
            super.onPriorityRead(ctx, streamId, streamDependency, weight, exclusive);
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData)
                throws Http2Exception {
            controlFrame();
            super.onGoAwayRead(ctx, lastStreamId, errorCode, debugData);
        }

        @Override
        public void onUnknownFrame(
                ChannelHandlerContext ctx, byte frameType, int streamId, Http2Flags flags, ByteBuf payload)
                throws Http2Exception {
            controlFrame();
            super.onUnknownFrame(ctx, frameType, streamId, flags, payload);
        }
    }
}
