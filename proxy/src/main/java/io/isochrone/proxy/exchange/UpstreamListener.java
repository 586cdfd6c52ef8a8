package io.isochrone.proxy.exchange;

import io.isochrone.proxy.outcome.Failure;
import io.netty.buffer.ByteBuf;

/** Hears what becomes of an attempt. Called on the exchange's event loop. */
public interface UpstreamListener {
    /** A connection is there and is the listener's own; nothing was written yet. */
    void connected(UpstreamStream stream);

    /** No connection could be had. */
    void connectFailed(Failure failure);

    /** An interim response (1xx but 101). */
    void informational(UpstreamStream stream);

    /** The final response head. */
    void head(UpstreamStream stream, boolean hasBody, boolean untilClose);

    /** Bytes of the response body; the listener owns them. */
    void body(UpstreamStream stream, ByteBuf bytes, boolean data);

    /** The response is whole. */
    void end(UpstreamStream stream);

    /** The attempt cannot go on; the connection is closed. */
    void lost(UpstreamStream stream, Failure failure);

    /** The upstream is silent and may never answer; the stream goes on unless it is cancelled. */
    void stalled(UpstreamStream stream);

    /** {@link UpstreamStream#isWritable} changed. */
    void writabilityChanged(UpstreamStream stream);

    /** Everything that has arrived was handed over. */
    void readComplete();

    /** Whether body bytes are wanted as runs of either framing or data. */
    boolean wantsDataOnly();
}
