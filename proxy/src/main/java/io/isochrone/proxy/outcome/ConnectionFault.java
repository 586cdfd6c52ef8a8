package io.isochrone.proxy.outcome;

/** Why an HTTP/2 connection, of a client or to an upstream, was closed by us before its time. Immutable. */
public enum ConnectionFault {
    /** The client reset too many of its streams (rapid reset). */
    RESETS("resets", 200),
    /** The other side made us reset too many streams by breaking rules. */
    BROKEN_STREAMS("broken_streams", 100),
    /** The client opened too many streams beyond the announced number. */
    REFUSED_STREAMS("refused_streams", 1000),
    /** Too many PING, SETTINGS and PRIORITY frames, window updates of a few bytes, or frames of unknown types. */
    CONTROL_FRAMES("control_frames", 2000),
    /** The client let too many answers wait until they timed out. */
    STALLS("stalls", 16),
    /** Nothing of what waits was taken by the other side for too long. */
    STUCK("stuck", 0),
    /** Too many empty DATA frames, or too many small CONTINUATION frames in one head. */
    FRAME_FLOOD("frame_flood", 100),
    /** The other side broke the protocol in a way that the connection cannot survive. */
    PROTOCOL("protocol", 0),
    /** A bug of ours; logged with its stack. */
    INTERNAL("internal", 0);

    private final String label;
    private final int bound;

    ConnectionFault(String label, int bound) {
        this.label = label;
        this.bound = bound;
    }

    /** The value in metrics: lower case with underscores. */
    public String label() {
        return label;
    }

    /** How many of a connection within 30 seconds are borne. */
    public int bound() {
        return bound;
    }
}
