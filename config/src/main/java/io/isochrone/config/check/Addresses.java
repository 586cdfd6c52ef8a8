package io.isochrone.config.check;

import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.IpLiteral;
import java.util.Locale;

/** Compares addresses without asking DNS. Thread-safe: no state. */
final class Addresses {
    private Addresses() {}

    /**
     * Whether a connection to the one may reach the other: same port, and the same host, or one is a wildcard and the other a
     * wildcard or loopback. Port 0 is no port yet.
     */
    static boolean overlap(HostPort one, HostPort other) {
        if (one.port() != other.port() || one.port() == 0) {
            return false;
        }
        String a = canonical(one.host());
        String b = canonical(other.host());
        return a.equals(b) || isWildcard(a) && isOwn(b) || isWildcard(b) && isOwn(a);
    }

    /** The same address in one spelling: lower case, {@code localhost} as 127.0.0.1, IPv6 as RFC 5952 has it. */
    static HostPort canonical(HostPort address) {
        return new HostPort(canonical(address.host()), address.port());
    }

    private static String canonical(String host) {
        byte[] address = IpLiteral.parse(host);
        if (address != null) {
            return IpLiteral.format(address);
        }
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.equals("localhost") || lower.equals("localhost.") ? "127.0.0.1" : lower;
    }

    private static boolean isWildcard(String host) {
        return host.equals("0.0.0.0") || host.equals("::");
    }

    private static boolean isOwn(String host) {
        return isWildcard(host) || host.startsWith("127.") || host.equals("::1");
    }
}
