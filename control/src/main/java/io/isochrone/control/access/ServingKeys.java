package io.isochrone.control.access;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * What new connections are served with. It is exchanged while connections live on; each keeps what it began with.
 *
 * <p>Thread-safe: one volatile reference; a handshake under way may still take the one before.
 */
public final class ServingKeys extends X509ExtendedKeyManager {
    /** One alias for each identity, so that a handshake gets the key that belongs to the chain it has chosen. */
    private record Named(String alias, Identity identity) {}

    private volatile Named current;
    private volatile @Nullable Named before;

    /** To begin with. */
    public ServingKeys(Identity identity) {
        current = new Named("1", identity);
    }

    /** Serves new connections with another from now on. */
    public synchronized void serve(Identity identity) {
        before = current;
        current = new Named(String.valueOf(Long.parseLong(current.alias) + 1), identity);
    }

    /** What new connections are served with now. */
    public Identity serving() {
        return current.identity;
    }

    /** TLS of a server that always has the current keys. */
    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {this}, null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        Named now = current;
        return keyType.equals(now.identity.key().getAlgorithm()) ? now.alias : null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        Named named = named(alias);
        return named == null ? null : named.identity.chain().toArray(new X509Certificate[0]);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        Named named = named(alias);
        return named == null ? null : named.identity.key();
    }

    private @Nullable Named named(String alias) {
        Named now = current;
        if (now.alias.equals(alias)) {
            return now;
        }
        Named old = before;
        return old != null && old.alias.equals(alias) ? old : null;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {current.alias};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
