package io.isochrone.proxy.tls;

import io.isochrone.config.model.CertificateFiles;
import io.isochrone.config.model.PemFile;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** A certificate authority of one test, which writes what it issues to files. Not thread-safe; confined to its test. */
public final class Pki {
    private final Path folder;
    private final X509Bundle authority;

    public Pki(Path folder, String name) throws Exception {
        this.folder = folder;
        this.authority = new CertificateBuilder()
                .ecp256()
                .subject("CN=" + name)
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    /** A certificate for DNS names, good for servers and clients. */
    public X509Bundle issue(String... names) throws Exception {
        return issue(Instant.now().plus(Duration.ofDays(365)), names);
    }

    public X509Bundle issue(Instant notAfter, String... names) throws Exception {
        CertificateBuilder builder = new CertificateBuilder()
                .ecp256()
                .subject("CN=" + names[0])
                .notBefore(Instant.now().minus(Duration.ofDays(30)))
                .notAfter(notAfter)
                .addExtendedKeyUsageServerAuth()
                .addExtendedKeyUsageClientAuth();
        builder.addExtensionOctetString("2.5.29.17", false, alternativeNames(names));
        return builder.buildIssuedBy(authority);
    }

    /** DER of dNSNames (RFC 5280 §4.2.1.6), less than 128 bytes: the builder's own method takes no wildcards. */
    private static byte[] alternativeNames(String... names) {
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        for (String name : names) {
            inner.write(0x82);
            inner.write(name.length());
            inner.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0x30);
        out.write(inner.size());
        out.writeBytes(inner.toByteArray());
        return out.toByteArray();
    }

    /** Writes chain and key to {@code name.crt} and {@code name.key}, each replaced in one step. */
    public CertificateFiles write(String name, X509Bundle bundle) throws IOException {
        return new CertificateFiles(
                write(name + ".crt", bundle.getCertificatePathPEM()), write(name + ".key", bundle.getPrivateKeyPEM()));
    }

    public PemFile write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Path fresh = folder.resolve(name + ".new");
        Files.writeString(fresh, text, StandardCharsets.US_ASCII);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return PemFile.of(file.toString());
    }

    /** The authority's own certificate as a file. */
    public PemFile authorityFile() throws IOException {
        return write(
                "ca-" + Integer.toHexString(System.identityHashCode(this)) + ".crt", authority.getCertificatePEM());
    }

    /** What trusts this authority and shows {@code own}, if there is one. */
    public SSLContext context(@Nullable X509Bundle own) throws Exception {
        KeyManager[] keys = own == null ? null : own.toKeyManagerFactory().getKeyManagers();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, new TrustManager[] {authority.toTrustManager()}, null);
        return context;
    }
}
