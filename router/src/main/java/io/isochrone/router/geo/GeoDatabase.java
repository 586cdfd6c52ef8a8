package io.isochrone.router.geo;

import io.isochrone.config.model.GeoPoint;
import org.jspecify.annotations.Nullable;

/** Places of IP addresses. Thread-safe: immutable once built. */
public interface GeoDatabase {
    /** The place of 4 or 16 bytes, or null when it is unknown. Must not block. */
    @Nullable
    GeoPoint find(byte[] address);

    /** What it is and how old, for people. */
    String description();
}
