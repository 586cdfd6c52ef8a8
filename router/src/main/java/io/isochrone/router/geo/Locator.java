package io.isochrone.router.geo;

import io.isochrone.config.model.Cidr;
import io.isochrone.config.model.GeoPoint;
import java.util.List;

/**
 * Finds a client's place. Addresses that are on no map count as being where the router is. The database is not asked about private
 * ones: what it says of them was meant for somebody else's network.
 *
 * <p>Immutable.
 */
public record Locator(GeoDatabase database, GeoPoint own) {
    private static final List<Cidr> PRIVATE = List.of(
            Cidr.parse("0.0.0.0/8"),
            Cidr.parse("10.0.0.0/8"),
            Cidr.parse("100.64.0.0/10"),
            Cidr.parse("127.0.0.0/8"),
            Cidr.parse("169.254.0.0/16"),
            Cidr.parse("172.16.0.0/12"),
            Cidr.parse("192.168.0.0/16"),
            Cidr.parse("::1/128"),
            Cidr.parse("fc00::/7"),
            Cidr.parse("fe80::/10"));

    /** The place of 4 or 16 bytes. */
    public Place find(byte[] address) {
        for (Cidr block : PRIVATE) {
            if (block.contains(address)) {
                return new Place(own, Place.Source.PRIVATE);
            }
        }
        Place known = database.place(address);
        return known == null ? new Place(own, Place.Source.UNKNOWN) : known;
    }
}
