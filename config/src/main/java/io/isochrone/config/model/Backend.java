package io.isochrone.config.model;

/**
 * A backend server, {@code http://host[:port][/base]}.
 *
 * <p>Immutable.
 *
 * @param address where it listens
 * @param basePath what is put before the rest of the path: empty or {@code /base} without trailing slash
 */
public record Backend(HostPort address, String basePath) {
    /** The URL that it was written as. */
    public String url() {
        return "http://" + address + basePath;
    }
}
