package io.isochrone.bench.soak;

import java.util.Locale;

/** What clients of the busy load do. */
public enum Kind {
    /** GET with an answer of 200 bytes. */
    GET_SMALL,
    /** GET with an answer of 64 KiB, with and without a length. */
    GET_LARGE,
    /** POST of 1 KiB. */
    POST,
    /** An upload of 20 KiB in chunks, written in three pieces. */
    UPLOAD,
    /** GET of 256 KiB, read 4 KiB at a time through a small window. */
    SLOW_READ,
    /** GET with {@code Connection: close}. */
    CLOSE,
    /** POST that waits for 100 Continue. */
    EXPECT,
    /** GET whose client resets the connection before or in the middle of the answer. */
    LEAVE,
    /** Two GETs in one write. */
    PIPELINE,
    /** GET over HTTP/2. */
    H2_GET,
    /** POST over HTTP/2. */
    H2_POST,
    /** GET over HTTP/2, cancelled (RST_STREAM) in the middle of the answer. */
    H2_LEAVE,
    /** GET now and then on a connection that is idle otherwise. */
    IDLE;

    /** In reports and ids. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether its client goes away on purpose. */
    boolean leaves() {
        return this == LEAVE || this == H2_LEAVE;
    }
}
