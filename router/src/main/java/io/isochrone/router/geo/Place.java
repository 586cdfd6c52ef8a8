package io.isochrone.router.geo;

import io.isochrone.config.model.GeoPoint;

/** Where a client is taken to be, and how that is known. Immutable. */
public record Place(GeoPoint point, Source source) {
    /** How a place is known. */
    public enum Source {
        /** The geo database knows the address. */
        GEOIP,
        /** The geo database knows only the country: the middle of its addresses stands in. */
        COUNTRY,
        /** The address belongs to no public network: the router's own place stands in. */
        PRIVATE,
        /** The database does not know the address: the router's own place stands in. */
        UNKNOWN
    }
}
