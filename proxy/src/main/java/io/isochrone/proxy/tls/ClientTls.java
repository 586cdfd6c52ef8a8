package io.isochrone.proxy.tls;

import io.isochrone.config.model.UpstreamTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards upstreams as one reading of its files made it. Certificates are always verified, and that they are for the name that was
 * asked for (RFC 9110 §4.3.4).
 *
 * <p>Thread-safe: immutable until {@link #release}, after which no event loop may ask for handlers.
 */
public final class ClientTls {
    private final UpstreamTls settings;
    private final @Nullable CertificateAndKey certificate;
    private final SslContext one;
    private final SslContext two;

    private ClientTls(UpstreamTls settings, @Nullable CertificateAndKey certificate, SslContext one, SslContext two) {
        this.settings = settings;
        this.certificate = certificate;
        this.one = one;
        this.two = two;
    }

    /** Of files that were read. Throws with a problem for what does not fit. */
    static ClientTls of(UpstreamTls settings, PemFiles read) {
        CertificateAndKey own =
                settings.certificate() == null ? null : CertificateAndKey.of(settings.certificate(), read);
        List<X509Certificate> authorities =
                settings.ca() == null ? List.of() : CertificateAndKey.certificates(settings.ca(), read);
        SslContext one = context(settings, own, authorities, ApplicationProtocolNames.HTTP_1_1);
        try {
            return new ClientTls(
                    settings, own, one, context(settings, own, authorities, ApplicationProtocolNames.HTTP_2));
        } catch (RuntimeException e) {
            ReferenceCountUtil.release(one);
            throw e;
        }
    }

    private static SslContext context(
            UpstreamTls settings, @Nullable CertificateAndKey own, List<X509Certificate> authorities, String protocol) {
        SslContextBuilder builder = SslContextBuilder.forClient();
        if (own != null) {
            builder.keyManager(own.key(), own.chain().toArray(new X509Certificate[0]));
        }
        if (!authorities.isEmpty()) {
            builder.trustManager(authorities.toArray(new X509Certificate[0]));
        }
        try {
            return TlsEngines.common(builder, settings.minVersion())
                    .endpointIdentificationAlgorithm("HTTPS")
                    .applicationProtocolConfig(TlsEngines.alpn(protocol))
                    .build();
        } catch (SSLException e) {
            throw new IllegalArgumentException(
                    "upstream-tls: " + e.getMessage() + " (expected: what " + TlsEngines.name() + " can use)", e);
        }
    }

    UpstreamTls settings() {
        return settings;
    }

    /** How long a handshake may take. */
    public long handshakeTimeoutNanos() {
        return settings.handshakeTimeout().toNanos();
    }

    @Nullable
    CertificateAndKey certificate() {
        return certificate;
    }

    /**
     * The handler for a connection to an upstream; ends the handshake when its time is up. On an event loop.
     *
     * @param http2 whether HTTP/2 is to be agreed on; HTTP/1.1 otherwise
     */
    public SslHandler handler(ByteBufAllocator allocator, InetSocketAddress address, boolean http2) {
        String name = settings.serverName();
        SslHandler handler = (http2 ? two : one)
                .newHandler(allocator, name == null ? address.getHostString() : name, address.getPort());
        handler.setHandshakeTimeoutMillis(settings.handshakeTimeout().toMillis());
        return handler;
    }

    /** Gives the context up; connections made with it live on. */
    void release() {
        ReferenceCountUtil.release(one);
        ReferenceCountUtil.release(two);
    }
}
