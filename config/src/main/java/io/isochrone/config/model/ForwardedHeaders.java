package io.isochrone.config.model;

/**
 * Which headers tell the upstream about the client.
 *
 * <p>Immutable.
 *
 * @param xForwarded X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host
 * @param forwarded Forwarded (RFC 7239)
 */
public record ForwardedHeaders(boolean xForwarded, boolean forwarded) {
    /** The X-Forwarded headers only. */
    public static final ForwardedHeaders DEFAULTS = new ForwardedHeaders(true, false);
}
