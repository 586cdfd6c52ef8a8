package io.isochrone.bench.world;

import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.IpLiteral;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long a message travels one way between the client that an X-Forwarded-For names and one region: half their round trip. A
 * message without that field comes from the router itself, so its place counts.
 *
 * <p>Thread-safe: a cache of at most {@value #MAX_CACHED} texts, emptied when full; two loops may compute the same value.
 */
public final class ClientDelay {
    static final int MAX_CACHED = 16_384;

    private final GeoPoint router;
    private final GeoPoint region;
    private final PlaceOf places;
    private final RoundTrip roundTrip;
    private final long routerNanos;
    private final Map<String, Long> cache = new ConcurrentHashMap<>();

    public ClientDelay(GeoPoint router, GeoPoint region, PlaceOf places, RoundTrip roundTrip) {
        this.router = router;
        this.region = region;
        this.places = places;
        this.roundTrip = roundTrip;
        this.routerNanos = roundTrip.nanosBetween(router, region) / 2;
    }

    /** Nanoseconds one way from the router's own place. */
    public long routerNanos() {
        return routerNanos;
    }

    /** Nanoseconds one way from the client; {@code forwardedFor} is the field's value. */
    public long oneWayNanos(String forwardedFor) {
        Long known = cache.get(forwardedFor);
        if (known != null) {
            return known;
        }
        if (cache.size() >= MAX_CACHED) {
            cache.clear();
        }
        long nanos = roundTrip.nanosBetween(place(forwardedFor), region) / 2;
        cache.put(forwardedFor, nanos);
        return nanos;
    }

    /** The rightmost address that is not loopback: what stands left of it is hearsay. */
    private GeoPoint place(String forwardedFor) {
        String[] hops = forwardedFor.split(",", -1);
        for (int i = hops.length - 1; i >= 0; i--) {
            byte[] address = IpLiteral.parse(hops[i].trim());
            if (address == null) {
                return router;
            }
            if (!isLoopback(address)) {
                GeoPoint found = places.of(address);
                return found == null ? router : found;
            }
        }
        return router;
    }

    private static boolean isLoopback(byte[] address) {
        if (address.length == 4) {
            return address[0] == 127;
        }
        for (int i = 0; i < 15; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return address[15] == 1;
    }
}
