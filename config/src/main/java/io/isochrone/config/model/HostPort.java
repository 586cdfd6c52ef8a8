package io.isochrone.config.model;

/**
 * A host and a TCP port. The host is an IP literal (IPv6 without brackets) or a DNS name; it is not resolved here.
 *
 * <p>Immutable.
 *
 * @param host non-empty
 * @param port 0 to 65535; 0 asks the system for a free port and makes sense for listeners only
 */
public record HostPort(String host, int port) {
    public HostPort {
        if (host.isEmpty()) {
            throw new IllegalArgumentException("host: \"\" (expected: an address or a name)");
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
        }
    }

    /** Reads {@code host:port} or {@code [ipv6]:port}. Throws IllegalArgumentException that says what was expected. */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0 || colon == text.length() - 1) {
            throw expected(text);
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw expected(text);
        }
        try {
            return new HostPort(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw expected(text);
        }
    }

    private static IllegalArgumentException expected(String text) {
        return new IllegalArgumentException("\"" + text + "\" (expected: HOST:PORT or [IPV6]:PORT)");
    }

    /** The form that {@link #parse} reads. */
    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
