package io.isochrone.router.geo;

import org.jspecify.annotations.Nullable;

/** Places of IP addresses. Thread-safe: a look-up answers from the one version that the object is. */
public interface GeoDatabase {
    /** The place of 4 or 16 bytes, or null when it is unknown. Must not block. */
    @Nullable
    Place place(byte[] address);

    /** What it is and how old, for people. */
    String description();
}
