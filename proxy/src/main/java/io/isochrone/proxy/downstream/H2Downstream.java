package io.isochrone.proxy.downstream;

import static io.netty.handler.codec.http2.Http2HeadersEncoder.NEVER_SENSITIVE;

import io.isochrone.config.model.Limits;
import io.isochrone.proxy.buffer.LoopBuffer;
import io.isochrone.proxy.buffer.LoopReads;
import io.isochrone.proxy.codec.StrictFrameReader;
import io.isochrone.proxy.exchange.Peer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import java.nio.charset.StandardCharsets;

/**
 * The way into HTTP/2 for a client's connection: agreed on in the TLS handshake, or by prior knowledge, when it begins with the
 * preface (RFC 9113 §3.2 to §3.4).
 * Thread-safe: no state.
 */
final class H2Downstream {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    /** CONTINUATION frames of less than 8 KiB that a head may have. */
    private static final int MAX_SMALL_CONTINUATIONS = 16;

    /** RFC 8441 §3. */
    private static final char ENABLE_CONNECT_PROTOCOL = 8;

    private static final float WINDOW_UPDATE_RATIO = 0.5f;

    private H2Downstream() {}

    /** What the first bytes of a connection are. */
    enum Preface {
        /** Something else. */
        NONE,
        /** The beginning of a preface. */
        PARTIAL,
        /** A preface. */
        WHOLE
    }

    /** Compares the readable bytes, of which there is at least one, with the preface. */
    static Preface preface(ByteBuf bytes) {
        int n = Math.min(bytes.readableBytes(), PREFACE.length);
        for (int i = 0; i < n; i++) {
            if (bytes.getByte(bytes.readerIndex() + i) != PREFACE[i]) {
                return Preface.NONE;
            }
        }
        return n == PREFACE.length ? Preface.WHOLE : Preface.PARTIAL;
    }

    /** Puts the HTTP/2 handler in the place of the HTTP/1 handler that has read the preface; owns {@code bytes}, which begin with it. */
    static void replace(DownstreamConnection from, Channel channel, LoopState loop, Peer peer, ByteBuf bytes) {
        LoopReads.end(channel);
        H2Connection connection = build(channel, loop, peer);
        loop.replace(from, connection);
        channel.pipeline().replace(from, null, connection);
        ChannelHandlerContext ctx = channel.pipeline().context(connection);
        try {
            connection.channelRead(ctx, LoopBuffer.compact(bytes));
        } catch (Exception e) {
            ctx.fireExceptionCaught(e);
        }
    }

    /** Puts the HTTP/2 handler in the place of the one that agreed on it with the client; the preface is still to come. */
    static void take(ClientConnection from, Channel channel, LoopState loop, Peer peer) {
        H2Connection connection = build(channel, loop, peer);
        loop.replace(from, connection);
        channel.pipeline().replace((ChannelHandler) from, null, connection);
    }

    private static H2Connection build(Channel channel, LoopState loop, Peer peer) {
        Limits limits = loop.settings().limits();
        Http2Connection connection = new DefaultHttp2Connection(true, 0);
        connection.remote().maxActiveStreams(limits.maxStreams());
        // The connection's window is given back at once, those of streams as their bytes are taken: one that waits
        // stops no other.
        connection.local().flowController(new DefaultHttp2LocalFlowController(connection, WINDOW_UPDATE_RATIO, true));
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(connection, new UniformStreamByteDistributor(connection)));
        H2ClientGuard guard = new H2ClientGuard(loop, peer, connection);
        Http2ConnectionEncoder encoder =
                new DefaultHttp2ConnectionEncoder(connection, new DefaultHttp2FrameWriter(NEVER_SENSITIVE));
        Http2FrameReader reader = new StrictFrameReader(
                new DefaultHttp2FrameReader(
                        new DefaultHttp2HeadersDecoder(true, limits.maxHeadBytes()), MAX_SMALL_CONTINUATIONS),
                guard::rules);
        Http2ConnectionDecoder decoder = new DefaultHttp2ConnectionDecoder(connection, encoder, reader);
        Http2Settings settings = new Http2Settings();
        settings.put(ENABLE_CONNECT_PROTOCOL, (Long) 1L);
        settings.maxConcurrentStreams(limits.maxStreams())
                .maxHeaderListSize(limits.maxHeadBytes())
                .initialWindowSize(limits.bufferBytes());
        H2Connection handler = new H2Connection(decoder, encoder, settings, channel, loop, peer, guard);
        decoder.frameListener(new H2Frames(handler));
        return handler;
    }
}
