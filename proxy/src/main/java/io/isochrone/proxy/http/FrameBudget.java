package io.isochrone.proxy.http;

import io.isochrone.proxy.outcome.ConnectionFault;

/**
 * How much of what costs us more than it costs the client one HTTP/2 connection may do: so much of each kind in 30 seconds. Without
 * it a client makes us work without ever having more streams open than it may: by resetting what it has just begun (rapid reset,
 * CVE-2023-44487), by making us reset it (CVE-2025-8671), or by frames that ask for an answer and carry nothing.
 *
 * <p>Fixed windows, so up to twice the bound may pass around the turn of one. Not thread-safe; confined to its owner.
 */
public final class FrameBudget {
    private static final long WINDOW_NANOS = 30_000_000_000L;

    private final int[] counts = new int[ConnectionFault.values().length];
    private final int factor;
    private long windowNanos;
    private long earned;

    /**
     * Starts with nothing counted.
     *
     * @param factor how many times the bounds are borne
     */
    public FrameBudget(int factor, long nowNanos) {
        this.factor = factor;
        windowNanos = nowNanos;
    }

    /** Counts one of a kind that has a bound; returns whether that was one too many. */
    @SuppressWarnings("EnumOrdinal") // an array index within this process, never stored or sent
    public boolean exceeds(ConnectionFault kind, long nowNanos) {
        if (nowNanos - windowNanos >= WINDOW_NANOS) {
            windowNanos = nowNanos;
            earned = 0;
            java.util.Arrays.fill(counts, 0);
        }
        long more = kind == ConnectionFault.CONTROL_FRAMES ? earned : 0;
        return ++counts[kind.ordinal()] > (long) factor * kind.bound() + more;
    }

    /**
     * Bears so many control frames more until the window turns, for something that we have sent: either side answers data with window updates,
     * and measures the way with PING.
     */
    public void earn(int controlFrames) {
        earned += controlFrames;
    }
}
