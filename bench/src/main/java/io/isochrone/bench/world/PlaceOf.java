package io.isochrone.bench.world;

import io.isochrone.config.model.GeoPoint;
import org.jspecify.annotations.Nullable;

/** Where the client with an address is. Thread-safe: called on event loops; must not block. */
@FunctionalInterface
public interface PlaceOf {
    /** The place of an address given as 4 or 16 bytes, or null when it is unknown. */
    @Nullable
    GeoPoint of(byte[] address);
}
