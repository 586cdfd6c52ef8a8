package io.isochrone.proxy.tls;

import io.isochrone.config.model.UpstreamTls;
import io.netty.buffer.ByteBufAllocator;
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
    private final SslContext context;

    private ClientTls(UpstreamTls settings, @Nullable CertificateAndKey certificate, SslContext context) {
        this.settings = settings;
        this.certificate = certificate;
        this.context = context;
    }

    /** Of files that were read. Throws with a problem for what does not fit. */
    static ClientTls of(UpstreamTls settings, PemFiles read) {
        SslContextBuilder builder = SslContextBuilder.forClient();
        CertificateAndKey own = null;
        if (settings.certificate() != null) {
            own = CertificateAndKey.of(settings.certificate(), read);
            builder.keyManager(own.key(), own.chain().toArray(new X509Certificate[0]));
        }
        if (settings.ca() != null) {
            List<X509Certificate> authorities = CertificateAndKey.certificates(settings.ca(), read);
            builder.trustManager(authorities.toArray(new X509Certificate[0]));
        }
        try {
            SslContext context = TlsEngines.common(builder, settings.minVersion())
                    .endpointIdentificationAlgorithm("HTTPS")
                    .build();
            return new ClientTls(settings, own, context);
        } catch (SSLException e) {
            throw new IllegalArgumentException(
                    "upstream-tls: " + e.getMessage() + " (expected: what " + TlsEngines.name() + " can use)", e);
        }
    }

    UpstreamTls settings() {
        return settings;
    }

    @Nullable
    CertificateAndKey certificate() {
        return certificate;
    }

    /** The handler for a connection to an upstream; ends the handshake when its time is up. On an event loop. */
    public SslHandler handler(ByteBufAllocator allocator, InetSocketAddress address) {
        String name = settings.serverName();
        SslHandler handler =
                context.newHandler(allocator, name == null ? address.getHostString() : name, address.getPort());
        handler.setHandshakeTimeoutMillis(settings.handshakeTimeout().toMillis());
        return handler;
    }

    /** Gives the context up; connections made with it live on. */
    void release() {
        ReferenceCountUtil.release(context);
    }
}
