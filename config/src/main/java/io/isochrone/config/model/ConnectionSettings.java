package io.isochrone.config.model;

import org.jspecify.annotations.Nullable;

/**
 * What a node's connections carry around HTTP.
 *
 * <p>Immutable.
 *
 * @param tls of the listener; null: plain text
 * @param proxyProtocol on the listener; null: off
 * @param upstreamTls towards upstreams; null: what the upstream's address asks for, with defaults
 */
public record ConnectionSettings(
        @Nullable ListenerTls tls,
        @Nullable ProxyProtocol proxyProtocol,
        @Nullable UpstreamTls upstreamTls) {
    /** Plain text. */
    public static final ConnectionSettings PLAIN = new ConnectionSettings(null, null, null);
}
