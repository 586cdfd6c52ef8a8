package io.isochrone.config.model;

/**
 * A backend server, {@code http://host[:port][/base]} or {@code https://…}; in HTTP/2 by prior
 * knowledge, {@code h2c://…}, or agreed on by TLS, {@code h2://…}.
 *
 * <p>Immutable.
 *
 * @param tls whether it is spoken to by TLS
 * @param http2 whether it is spoken to in HTTP/2
 * @param address where it listens
 * @param basePath what is put before the rest of the path: empty or {@code /base} without trailing slash
 */
public record Backend(boolean tls, boolean http2, HostPort address, String basePath) {
    /** One that is spoken to in plain HTTP/1.1. */
    public Backend(HostPort address, String basePath) {
        this(false, false, address, basePath);
    }

    /** The URL that it was written as. */
    public String url() {
        String scheme = http2 ? tls ? "h2://" : "h2c://" : tls ? "https://" : "http://";
        return scheme + address + basePath;
    }
}
