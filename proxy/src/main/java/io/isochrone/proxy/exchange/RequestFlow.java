package io.isochrone.proxy.exchange;

import io.isochrone.config.model.Limits;
import io.isochrone.proxy.http.H1Request;
import org.jspecify.annotations.Nullable;

/**
 * How much of one request has come: whether all of it, whether fast enough, and how long ago.
 *
 * <p>Confined to one event loop.
 */
final class RequestFlow {
    private final H1Request request;
    private final long startNanos;
    /** Made by the first sweep that finds the body not whole; most requests need none. */
    private @Nullable BodyPace pace;
    /** The client may not send now; or had to wait since the last sweep. */
    private boolean paused;

    private boolean waited;
    private boolean whole;
    /** When the first sweep found the request whole: from then on the time for all attempts runs. */
    private long wholeNanos;

    private boolean wholeSeen;
    private long bytes;

    RequestFlow(H1Request request, long startNanos) {
        this.request = request;
        this.startNanos = startNanos;
        this.whole = !request.hasBody();
    }

    /** So many bytes of the body, in all, have come. */
    void received(long all) {
        bytes = all;
    }

    long bytes() {
        return bytes;
    }

    /** The client may or may not send. */
    void paused(boolean now) {
        paused = now;
        waited |= now;
    }

    /** The last byte has come; or, in a tunnel, there is more to come after all. */
    void whole(boolean now) {
        whole = now;
    }

    boolean isWhole() {
        return whole;
    }

    /** Looks at the time; called a few times a second. */
    void sweep(long nowNanos) {
        if (whole && !wholeSeen) {
            wholeSeen = true;
            wholeNanos = request.hasBody() ? nowNanos : startNanos;
        }
    }

    /** Whether the whole request waits for longer than {@code totalNanos}. */
    boolean isOutOfTime(long nowNanos, long totalNanos) {
        return wholeSeen && nowNanos - wholeNanos > totalNanos;
    }

    /** Only of a body that is all the upstream waits for: what is a stream of its own may be as slow as it likes. */
    boolean isTooSlow(Limits limits, long nowNanos) {
        if (whole || limits.minBodyRate() == 0 || BodyPace.isStream(request)) {
            return false;
        }
        boolean held = waited || bytes == 0 && request.header("expect") != null;
        waited = paused;
        BodyPace of = pace;
        if (of == null) {
            of = new BodyPace(startNanos);
            pace = of;
        }
        return of.isTooSlow(
                bytes, held, limits.minBodyRate(), limits.bodyRateWindow().toNanos(), nowNanos);
    }
}
