package io.isochrone.proxy.codec;

import io.isochrone.proxy.http.FrameBudget;
import io.isochrone.proxy.outcome.ConnectionFault;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the other side of an HTTP/2 connection may do only so often, and says for what the connection is ended. Not thread-safe; confined to the connection's event loop.
 */
public final class FaultTally {
    private final FrameBudget budget;
    private @Nullable ConnectionFault exceeded;
    private boolean told;

    /** @param factor how many times the bounds this one may do */
    public FaultTally(int factor, long nowNanos) {
        this.budget = new FrameBudget(factor, nowNanos);
    }

    /** Something useful was done, for which so many control frames more are borne. */
    public void earn(int frames) {
        budget.earn(frames);
    }

    /** Counts one of a kind; throws what ends the connection with ENHANCE_YOUR_CALM when it is one too many. */
    public void count(ConnectionFault kind, long nowNanos) throws Http2Exception {
        if (budget.exceeds(kind, nowNanos)) {
            exceeded = kind;
            throw Http2Exception.connectionError(
                    Http2Error.ENHANCE_YOUR_CALM, "%s: more than %d in 30 s", kind.label(), kind.bound());
        }
    }

    /** For what the connection is ended by {@code cause}, null for a bug of ours; null when that was told before. */
    public @Nullable ConnectionFault end(@Nullable Http2Exception cause) {
        return end(exceeded == null ? kindOf(cause) : exceeded);
    }

    /** Ends it for that; null when another reason was told before. */
    public @Nullable ConnectionFault end(ConnectionFault kind) {
        if (told) {
            return null;
        }
        told = true;
        return kind;
    }

    /** Whether a reason was told. */
    public boolean isEnded() {
        return told;
    }

    private static ConnectionFault kindOf(@Nullable Http2Exception cause) {
        if (cause == null || cause.error() == Http2Error.INTERNAL_ERROR) {
            return ConnectionFault.INTERNAL;
        }
        return cause.error() == Http2Error.ENHANCE_YOUR_CALM ? ConnectionFault.FRAME_FLOOD : ConnectionFault.PROTOCOL;
    }
}
