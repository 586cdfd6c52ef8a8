package io.isochrone.config.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * TLS of a listener.
 *
 * <p>Immutable.
 *
 * @param certificates at least one; chosen by the server name that the client asks for, the first when none fits
 * @param minVersion the oldest version that is spoken
 * @param clientAuth whether clients are asked for a certificate
 * @param clientCa authorities whose client certificates are good; null only when {@code clientAuth} is NONE
 * @param handshakeTimeout from the first byte that may come to the end of the handshake
 * @param maxHandshakes most handshakes under way at once; further connections are closed on accept
 */
public record ListenerTls(
        List<CertificateFiles> certificates,
        TlsVersion minVersion,
        ClientAuth clientAuth,
        @Nullable PemFile clientCa,
        Duration handshakeTimeout,
        int maxHandshakes) {
    /** How long a handshake may take unless told otherwise. */
    public static final Duration DEFAULT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

    /** How many handshakes may be under way unless told otherwise. */
    public static final int DEFAULT_MAX_HANDSHAKES = 1000;

    public ListenerTls {
        certificates = List.copyOf(certificates);
    }

    /** TLS 1.2 and 1.3, no client certificates, 10 s, 1000 handshakes. */
    public static ListenerTls of(List<CertificateFiles> certificates) {
        return new ListenerTls(
                certificates,
                TlsVersion.TLS_1_2,
                ClientAuth.NONE,
                null,
                DEFAULT_HANDSHAKE_TIMEOUT,
                DEFAULT_MAX_HANDSHAKES);
    }
}
