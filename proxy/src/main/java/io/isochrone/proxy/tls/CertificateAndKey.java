package io.isochrone.proxy.tls;

import io.isochrone.config.model.CertificateFiles;
import io.isochrone.config.model.PemFile;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A certificate chain with the private key that is proven to belong to it.
 *
 * <p>Immutable.
 *
 * @param file where the chain was read from
 * @param chain the certificate first, each signed by the next
 * @param key the first one's private key
 */
record CertificateAndKey(PemFile file, List<X509Certificate> chain, PrivateKey key) {
    /** Key algorithms, with the signature that tries them out. */
    private static final Map<String, String> ALGORITHMS =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "Ed25519", "Ed25519");

    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    /** Judges what was read. Throws with a problem that names the file at fault. */
    static CertificateAndKey of(CertificateFiles files, PemFiles read) {
        List<X509Certificate> chain = certificates(files.chain(), read);
        for (int i = 0; i + 1 < chain.size(); i++) {
            if (!chain.get(i).getIssuerX500Principal().equals(chain.get(i + 1).getSubjectX500Principal())) {
                throw PemFiles.invalid(
                        files.chain(),
                        "certificate " + (i + 2) + " is of " + chain.get(i + 1).getSubjectX500Principal(),
                        "the issuer of the one before, " + chain.get(i).getIssuerX500Principal());
            }
        }
        PublicKey publicKey = chain.get(0).getPublicKey();
        PrivateKey key = key(files.key(), read);
        if (!belongTogether(publicKey, key)) {
            throw PemFiles.invalid(
                    files.key(),
                    "not the key of the first certificate in \"" + files.chain() + "\"",
                    "the private key of " + chain.get(0).getSubjectX500Principal());
        }
        return new CertificateAndKey(files.chain(), chain, key);
    }

    /** Every certificate in a file, at least one. */
    static List<X509Certificate> certificates(PemFile file, PemFiles read) {
        List<X509Certificate> chain = new ArrayList<>();
        for (Pem.Section section : sections(file, read)) {
            if (section.label().equals("CERTIFICATE")) {
                chain.add(certificate(file, section.content(), chain.size() + 1));
            }
        }
        if (chain.isEmpty()) {
            throw PemFiles.invalid(file, "no certificate in it", "-----BEGIN CERTIFICATE-----");
        }
        return List.copyOf(chain);
    }

    private static List<Pem.Section> sections(PemFile file, PemFiles read) {
        try {
            return Pem.sections(read.content(file));
        } catch (IllegalArgumentException e) {
            throw PemFiles.invalid(file, String.valueOf(e.getMessage()), "a file in PEM form");
        }
    }

    private static X509Certificate certificate(PemFile file, byte[] content, int number) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(content));
        } catch (CertificateException e) {
            throw PemFiles.invalid(file, "certificate " + number + " cannot be read", "an X.509 certificate");
        }
    }

    private static PrivateKey key(PemFile file, PemFiles read) {
        String other = "no private key in it";
        for (Pem.Section section : sections(file, read)) {
            if (section.label().equals("PRIVATE KEY")) {
                return key(file, section.content());
            }
            if (section.label().endsWith("PRIVATE KEY")) {
                other = "an " + section.label();
            }
        }
        throw PemFiles.invalid(
                file,
                other,
                "-----BEGIN PRIVATE KEY-----, that is PKCS#8 without a password; openssl pkcs8 -topk8 -nocrypt makes one");
    }

    private static PrivateKey key(PemFile file, byte[] content) {
        for (String algorithm : ALGORITHMS.keySet()) {
            PrivateKey key = key(algorithm, content);
            if (key != null) {
                return key;
            }
        }
        throw PemFiles.invalid(file, "a private key that cannot be read", "an RSA, EC or Ed25519 key");
    }

    /** Returns null when it is a key of another algorithm. */
    private static @Nullable PrivateKey key(String algorithm, byte[] content) {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(content));
        } catch (InvalidKeySpecException e) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }

    private static boolean belongTogether(PublicKey publicKey, PrivateKey key) {
        boolean edwards = key.getAlgorithm().startsWith("Ed");
        String algorithm = ALGORITHMS.get(edwards ? "Ed25519" : key.getAlgorithm());
        byte[] text = {1, 2, 3, 4};
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(text);
            byte[] signature = signer.sign();
            signer.initVerify(publicKey);
            signer.update(text);
            return signer.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // keys of two algorithms
        }
    }

    /** The DNS names, wildcards and addresses that the certificate is good for, lower case. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> alternatives = chain.get(0).getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> each : alternatives) {
                    Integer kind = (Integer) each.get(0);
                    if (kind == DNS_NAME || kind == IP_ADDRESS) {
                        names.add(each.get(1).toString().toLowerCase(java.util.Locale.ROOT));
                    }
                }
            }
        } catch (CertificateException e) {
            return names; // a certificate without readable names is chosen for none
        }
        return names;
    }

    /** Seconds since 1970 from which the certificate, or one that it needs, is no longer good. */
    long notAfterSeconds() {
        long first = Long.MAX_VALUE;
        for (X509Certificate each : chain) {
            first = Math.min(first, each.getNotAfter().toInstant().getEpochSecond());
        }
        return first;
    }

    @Override
    public String toString() {
        return file + " " + names();
    }
}
