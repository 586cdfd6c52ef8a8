package io.isochrone.proxy.tls;

import io.isochrone.config.model.TlsVersion;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;

/**
 * The implementation of TLS that a process uses, and what all of its contexts have in common. Thread-safe: no state.
 *
 * <p>BoringSSL where its library can be loaded, the JDK elsewhere; {@code -Dio.netty.handler.ssl.noOpenSsl=true} chooses the JDK.
 */
public final class TlsEngines {
    private TlsEngines() {}

    /** {@code BoringSSL} or {@code JDK}. */
    public static String name() {
        return OpenSsl.isAvailable() ? "BoringSSL" : "JDK";
    }

    /**
     * The provider; its contexts are counted, so that native memory goes with the last engine of a context and not with a garbage
     * collection.
     */
    static SslProvider provider() {
        return OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
    }

    /** Offers or takes these protocols, the first that both sides have. */
    static ApplicationProtocolConfig alpn(String... protocols) {
        return new ApplicationProtocolConfig(
                Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT, protocols);
    }

    /** Sets provider, versions and the cipher suites that HTTP/2 allows (RFC 9113 §9.2.2). */
    static SslContextBuilder common(SslContextBuilder builder, TlsVersion oldest) {
        builder.sslProvider(provider()).ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE);
        return oldest == TlsVersion.TLS_1_3
                ? builder.protocols(TlsVersion.TLS_1_3.protocol())
                : builder.protocols(TlsVersion.TLS_1_3.protocol(), TlsVersion.TLS_1_2.protocol());
    }
}
