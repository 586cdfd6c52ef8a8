package io.isochrone.proxy.tls;

import io.isochrone.config.model.ClientAuth;
import io.isochrone.config.model.ListenerTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * TLS of a listener as one reading of its files made it: a context for each certificate. A later reading makes another; connections
 * go on with the one that they began with.
 *
 * <p>Thread-safe: immutable until {@link #release}, after which no event loop may ask for handlers.
 */
public final class ServerTls {
    private static final int MAX_CLIENT_HELLO_BYTES = 16 * 1024;
    private static final int CACHED_SESSIONS = 1024;

    private final ListenerTls settings;
    private final List<CertificateAndKey> certificates;
    private final List<SslContext> contexts;
    private final ServerNames names;

    private ServerTls(ListenerTls settings, List<CertificateAndKey> certificates, List<SslContext> contexts) {
        this.settings = settings;
        this.certificates = certificates;
        this.contexts = contexts;
        this.names = new ServerNames(
                certificates.stream().map(CertificateAndKey::names).toList());
    }

    /** Of files that were read. Throws with a problem for what does not fit; nothing is left behind then. */
    static ServerTls of(ListenerTls settings, PemFiles read) {
        List<CertificateAndKey> certificates = new ArrayList<>();
        for (var files : settings.certificates()) {
            certificates.add(CertificateAndKey.of(files, read));
        }
        List<X509Certificate> authorities =
                settings.clientCa() == null ? List.of() : CertificateAndKey.certificates(settings.clientCa(), read);
        List<SslContext> contexts = new ArrayList<>();
        for (CertificateAndKey certificate : certificates) {
            try {
                contexts.add(context(settings, certificate, authorities));
            } catch (SSLException | IllegalArgumentException e) {
                contexts.forEach(ReferenceCountUtil::release);
                throw PemFiles.invalid(
                        certificate.file(), String.valueOf(e.getMessage()), "what " + TlsEngines.name() + " can use");
            }
        }
        return new ServerTls(settings, List.copyOf(certificates), List.copyOf(contexts));
    }

    private static SslContext context(
            ListenerTls settings, CertificateAndKey certificate, List<X509Certificate> authorities)
            throws SSLException {
        SslContextBuilder builder = SslContextBuilder.forServer(
                certificate.key(), certificate.chain().toArray(new X509Certificate[0]));
        TlsEngines.common(builder, settings.minVersion())
                .applicationProtocolConfig(
                        TlsEngines.alpn(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1))
                .sessionCacheSize(CACHED_SESSIONS)
                .clientAuth(
                        switch (settings.clientAuth()) {
                            case NONE -> io.netty.handler.ssl.ClientAuth.NONE;
                            case OPTIONAL -> io.netty.handler.ssl.ClientAuth.OPTIONAL;
                            case REQUIRED -> io.netty.handler.ssl.ClientAuth.REQUIRE;
                        });
        // Without authorities of its own a context would read those of the JDK, which takes longer than all the rest.
        List<X509Certificate> trusted = settings.clientAuth() == ClientAuth.NONE ? certificate.chain() : authorities;
        builder.trustManager(trusted.toArray(new X509Certificate[0]));
        return builder.build();
    }

    /** What it was made of. */
    public ListenerTls settings() {
        return settings;
    }

    List<CertificateAndKey> certificates() {
        return certificates;
    }

    List<SslContext> contexts() {
        return contexts;
    }

    /** Lets session tickets be sealed with these keys. */
    void use(TicketKeys keys) {
        contexts.forEach(keys::applyTo);
    }

    /**
     * The first handler of a connection: it reads the name that the client asks for, if there is a choice, and then is replaced by
     * the {@code SslHandler} of its certificate. It has no time limit of its own. On an event loop.
     */
    public ChannelHandler handler(ByteBufAllocator allocator) {
        if (contexts.size() == 1) {
            return withoutTimer(contexts.get(0).newHandler(allocator));
        }
        return new SniHandler((String name) -> contexts.get(names.find(name)), MAX_CLIENT_HELLO_BYTES, 0) {
            @Override
            protected SslHandler newSslHandler(SslContext context, ByteBufAllocator with) {
                return withoutTimer(super.newSslHandler(context, with));
            }
        };
    }

    private static SslHandler withoutTimer(SslHandler handler) {
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }

    /** Gives the contexts up; connections made with them live on. */
    void release() {
        contexts.forEach(ReferenceCountUtil::release);
    }
}
