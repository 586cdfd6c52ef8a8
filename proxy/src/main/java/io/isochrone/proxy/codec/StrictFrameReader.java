package io.isochrone.proxy.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Exception;
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
     * What holds for either side: the other's wish for a larger table of header fields is not granted (RFC 7541 §4.2 lets us use a smaller
     * one); granted, the other side would decide how much of what we send we keep.
     *
     * <p>Confined to one event loop.
     */
    public abstract static class Rules extends Http2FrameListenerDecorator {
        private static final long MAX_TABLE_BYTES = 4096;

        private final Http2FrameListener to;

        /** Rules that pass on to {@code to}. */
        protected Rules(Http2FrameListener to) {
            super(to);
            this.to = to;
        }

        final Http2FrameListener listener() {
            return to;
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) throws Http2Exception {
            Long table = settings.headerTableSize();
            if (table != null && table > MAX_TABLE_BYTES) {
                settings.headerTableSize(MAX_TABLE_BYTES);
            }
            super.onSettingsRead(ctx, settings);
        }
    }
}
