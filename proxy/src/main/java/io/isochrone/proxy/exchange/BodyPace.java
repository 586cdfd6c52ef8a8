package io.isochrone.proxy.exchange;

import io.isochrone.proxy.http.H1Request;
import java.util.Locale;

/**
 * Whether a request's body comes fast enough. A client that sends a byte now and then is never idle, and holds its place, and its
 * upstream's, for ever.
 *
 * <p>Looked at over windows of a fixed length, one after another. A window in which the client had to wait for us begins anew.
 *
 * <p>Confined to one event loop.
 */
final class BodyPace {
    private static final String GRPC = "application/grpc";
    private static final long SECOND_NANOS = 1_000_000_000L;

    private long sinceNanos;
    private long sinceBytes;

    /** From now on, when nothing of the body has come. */
    BodyPace(long nowNanos) {
        sinceNanos = nowNanos;
    }

    /**
     * Whether a window has ended in which too little came.
     *
     * @param bytes of the body so far
     * @param held whether the client had to wait for us since this was asked last
     * @param rate least bytes a second
     */
    boolean isTooSlow(long bytes, boolean held, long rate, long windowNanos, long nowNanos) {
        long passed = nowNanos - sinceNanos;
        if (!held && passed < windowNanos) {
            return false;
        }
        boolean slow = !held && bytes - sinceBytes < (double) rate * passed / SECOND_NANOS;
        sinceNanos = nowNanos;
        sinceBytes = bytes;
        return slow;
    }

    /** Whether the body is a stream of its own, such as gRPC's, that may be as slow as it likes. */
    static boolean isStream(H1Request request) {
        String type = request.header("content-type");
        String te = request.header("te");
        return type != null && type.regionMatches(true, 0, GRPC, 0, GRPC.length())
                || te != null && te.toLowerCase(Locale.ROOT).contains("trailers");
    }
}
