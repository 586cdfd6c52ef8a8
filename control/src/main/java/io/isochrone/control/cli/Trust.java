package io.isochrone.control.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Whose certificates the commands trust. Thread-safe: no state. */
final class Trust {
    private Trust() {}

    /**
     * Trusts the certificates of a PEM file and no others; null: those that Java trusts.
     *
     * @throws FailedException with exit code 2 when the file cannot be read or holds none
     */
    static SSLContext of(@Nullable Path caFile) {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(caFile == null ? null : store(caFile));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore store(Path file) throws GeneralSecurityException {
        Collection<? extends Certificate> certificates;
        try {
            certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw FailedException.usage("--ca-file: " + file + " cannot be read (expected: certificates in PEM)");
        } catch (CertificateException e) {
            throw FailedException.usage("--ca-file: " + file + " (expected: certificates in PEM)");
        }
        if (certificates.isEmpty()) {
            throw FailedException.usage("--ca-file: " + file + " holds no certificate (expected: certificates in PEM)");
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        int count = 0;
        for (Certificate each : certificates) {
            store.setCertificateEntry("ca-" + count++, each);
        }
        return store;
    }
}
