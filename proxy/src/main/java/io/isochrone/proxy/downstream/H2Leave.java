package io.isochrone.proxy.downstream;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;

/**
 * How an HTTP/2 connection takes leave without losing a request (RFC 9113 §6.8): a GOAWAY that still lets every stream in, and a
 * PING; when that is answered, every request that the client sent before it read the GOAWAY has arrived, and a GOAWAY with the last
 * of them follows; when that has ended, our side is closed, and the whole connection once the client has closed its side or two seconds
 * later: closing it at once would meet what the client still sends with a reset, which takes from it what it has not read yet.
 *
 * <p>States: STAYING → ASKED (at {@link #begin}) → TOLD (PING answered, or a second later) → ENDED (no stream left) → CLOSED.
 *
 * <p>Confined to one event loop.
 */
final class H2Leave {
    private static final long PING_DATA = 0x6c656176696e6701L;
    private static final long PING_NANOS = 1_000_000_000L;
    private static final long LINGER_NANOS = 2_000_000_000L;

    private enum State {
        STAYING,
        ASKED,
        TOLD,
        ENDED,
        CLOSED
    }

    private final H2Connection connection;
    private State state = State.STAYING;
    /** When the state was entered, by the sweep. */
    private long sinceNanos;

    H2Leave(H2Connection connection) {
        this.connection = connection;
    }

    /** Begins to take leave, unless it has begun. */
    void begin(long nowNanos) {
        if (state != State.STAYING) {
            return;
        }
        state = State.ASKED;
        sinceNanos = nowNanos;
        ChannelHandlerContext ctx = connection.context();
        goAway(ctx, Integer.MAX_VALUE);
        connection.encoder().writePing(ctx, false, PING_DATA, ctx.newPromise());
        connection.flushSoon();
    }

    void pingAnswered(long data) {
        if (data == PING_DATA) {
            tell();
        }
    }

    void sweep(long nowNanos) {
        if (state == State.ASKED && nowNanos - sinceNanos > PING_NANOS) {
            tell();
        } else if (state == State.ENDED && nowNanos - sinceNanos > LINGER_NANOS) {
            state = State.CLOSED;
            connection.close();
        }
    }

    void streamsEnded() {
        if (state == State.TOLD && connection.isIdle()) {
            state = State.ENDED;
            sinceNanos = connection.loop().now();
            connection.endWhenFlushed();
        }
    }

    private void tell() {
        if (state != State.ASKED) {
            return;
        }
        state = State.TOLD;
        goAway(
                connection.context(),
                Math.max(0, connection.connection().remote().lastStreamCreated()));
        connection.flushSoon();
        streamsEnded();
    }

    private void goAway(ChannelHandlerContext ctx, int lastStreamId) {
        connection.goAway(ctx, lastStreamId, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, ctx.newPromise());
    }
}
