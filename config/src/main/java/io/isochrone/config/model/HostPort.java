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

    /**
     * Reads {@code host:port} or {@code [ipv6]:port}. A host is an IPv4 address or a DNS name of labels of letters, digits, hyphens
     * and underscores; one that looks like an address but is none, such as {@code 127.0.0.256}, is refused. Throws
     * IllegalArgumentException that says what was expected.
     */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        int port = colon < 0 ? -1 : port(text, colon + 1);
        if (port < 0) {
            throw expected(text);
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]") && host.indexOf(':') > 0) {
            host = host.substring(1, host.length() - 1);
            if (IpLiteral.parse(host) == null) {
                throw expected(text);
            }
        } else if (!isName(host) || host.charAt(host.lastIndexOf('.') + 1) <= '9' && IpLiteral.parse(host) == null) {
            throw expected(text);
        }
        return new HostPort(host, port);
    }

    /** Returns the number that ends {@code text}, at most five digits and 65535; -1 when there is none. */
    private static int port(String text, int from) {
        if (from == text.length() || text.length() - from > 5) {
            return -1;
        }
        int port = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            port = port * 10 + c - '0';
        }
        return port <= 65535 ? port : -1;
    }

    /** Whether {@code host} has the form of a DNS name (RFC 1123 §2.1, and underscores as containers use them). */
    private static boolean isName(String host) {
        int label = 0;
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean edge = label == 0 || i + 1 == host.length() || host.charAt(i + 1) == '.';
            if (c == '.') {
                if (label == 0 || i + 1 == host.length()) {
                    return false;
                }
                label = 0;
            } else if (c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || c == '_'
                    || c == '-' && !edge) {
                if (++label > 63) {
                    return false;
                }
            } else {
                return false;
            }
        }
        return label > 0 && host.length() <= 253;
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
