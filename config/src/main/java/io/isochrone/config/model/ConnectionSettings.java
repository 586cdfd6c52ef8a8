package io.isochrone.config.model;

import org.jspecify.annotations.Nullable;

/**
 * What a node's connections carry around HTTP, and how they find where to go.
 *
 * <p>Immutable.
 *
 * @param tls of the listener; null: plain text
 * @param proxyProtocol on the listener; null: off
 * @param upstreamTls towards upstreams; null: none of them is spoken to by TLS
 * @param dns how names of upstreams are looked up
 */
public record ConnectionSettings(
        @Nullable ListenerTls tls,
        @Nullable ProxyProtocol proxyProtocol,
        @Nullable UpstreamTls upstreamTls,
        DnsSettings dns) {
    /** With names looked up as by default. */
    public ConnectionSettings(
            @Nullable ListenerTls tls, @Nullable ProxyProtocol proxyProtocol, @Nullable UpstreamTls upstreamTls) {
        this(tls, proxyProtocol, upstreamTls, DnsSettings.DEFAULTS);
    }

    /** Plain text. */
    public static final ConnectionSettings PLAIN = new ConnectionSettings(null, null, null);

    /**
     * Throws IllegalArgumentException when {@code next} would switch the PROXY protocol of a running listener on or off: the load
     * balancers in front would have to change in the same moment, so it takes a restart.
     */
    public void checkChange(ConnectionSettings next) {
        if ((proxyProtocol == null) != (next.proxyProtocol == null)) {
            throw new IllegalArgumentException(
                    "proxy-protocol: " + (next.proxyProtocol == null ? "switched off" : "switched on")
                            + " (expected: as when the node started); restart the node for this");
        }
    }
}
