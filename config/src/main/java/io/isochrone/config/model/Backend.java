package io.isochrone.config.model;

/**
 * A backend server, {@code http://host[:port][/base]} or {@code https://host[:port][/base]}.
 *
 * <p>Immutable.
 *
 * @param tls whether it is spoken to by TLS
 * @param address where it listens
 * @param basePath what is put before the rest of the path: empty or {@code /base} without trailing slash
 */
public record Backend(boolean tls, HostPort address, String basePath) {
    /** One that is spoken to in plain text. */
    public Backend(HostPort address, String basePath) {
        this(false, address, basePath);
    }

    /** The URL that it was written as. */
    public String url() {
        return (tls ? "https://" : "http://") + address + basePath;
    }
}
