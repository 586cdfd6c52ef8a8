package io.isochrone.config.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards upstreams. Their certificates are always verified, and their names too.
 *
 * <p>Immutable.
 *
 * @param ca authorities whose certificates are good; null: those that the JDK trusts
 * @param certificate shown to upstreams that ask for one; null: none
 * @param serverName asked for and verified instead of the host in the address; null: that host
 * @param minVersion the oldest version that is spoken
 * @param handshakeTimeout from the TCP connection to the end of the handshake
 */
public record UpstreamTls(
        @Nullable PemFile ca,
        @Nullable CertificateFiles certificate,
        @Nullable String serverName,
        TlsVersion minVersion,
        Duration handshakeTimeout) {
    /** The JDK's authorities, no certificate, TLS 1.2 and 1.3, 2 s. */
    public static final UpstreamTls DEFAULTS =
            new UpstreamTls(null, null, null, TlsVersion.TLS_1_2, Duration.ofSeconds(2));
}
