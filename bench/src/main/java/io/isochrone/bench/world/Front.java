package io.isochrone.bench.world;

import java.util.Locale;

/** What stands between the clients and the gateways in a drill: our router, or what a user would take instead. */
public enum Front {
    ISOCHRONE,
    HAPROXY,
    NGINX;

    /** As it is written on the command line; also the name of a peer's executable. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
