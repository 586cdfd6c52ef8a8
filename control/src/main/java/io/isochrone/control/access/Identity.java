package io.isochrone.control.access;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.util.io.pem.PemObject;
import org.jspecify.annotations.Nullable;

/**
 * A private key with the certificates that vouch for it.
 *
 * <p>Immutable.
 *
 * @param key the private key
 * @param chain its own certificate first, then those of its issuers
 */
public record Identity(PrivateKey key, List<X509Certificate> chain) {
    private static final byte[] PROBE = new byte[32];

    public Identity {
        chain = List.copyOf(chain);
    }

    /** Its own certificate. */
    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** When its own certificate ends. */
    public Instant notAfter() {
        return certificate().getNotAfter().toInstant();
    }

    /**
     * Reads PEM files: certificates, own first, and a key in PKCS#8, PKCS#1 or SEC 1 form.
     *
     * @throws IOException with the file and what is expected: unreadable, no certificate or key in it, an encrypted key, a key of
     *     another certificate, one that is not valid {@code now}
     */
    public static Identity read(Path certificates, Path key, Instant now) throws IOException {
        List<X509Certificate> chain = certificates(certificates);
        Identity identity = new Identity(key(key), chain);
        if (!fits(identity.key, identity.certificate().getPublicKey())) {
            throw new IOException(key + ": not the key of the certificate in " + certificates + " (expected: its own)");
        }
        try {
            identity.certificate().checkValidity(Date.from(now));
        } catch (CertificateExpiredException e) {
            throw new IOException(certificates + ": ended at " + identity.notAfter() + " (expected: valid now)", e);
        } catch (CertificateNotYetValidException e) {
            throw new IOException(
                    certificates + ": begins at "
                            + identity.certificate().getNotBefore().toInstant() + " (expected: valid now)",
                    e);
        }
        return identity;
    }

    /** The certificates as PEM. */
    public String chainPem() {
        return pem(chain.toArray());
    }

    /** The key as PEM in PKCS#8, not encrypted. */
    public String keyPem() {
        return pem(new PemObject("PRIVATE KEY", key.getEncoded()));
    }

    private static List<X509Certificate> certificates(Path file) throws IOException {
        List<X509Certificate> chain = new ArrayList<>();
        try (Reader reader = Files.newBufferedReader(file);
                PEMParser parser = new PEMParser(reader)) {
            for (Object each = parser.readObject(); each != null; each = parser.readObject()) {
                if (each instanceof X509CertificateHolder holder) {
                    chain.add(new JcaX509CertificateConverter().getCertificate(holder));
                }
            }
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IOException(file + ": not a certificate: " + e.getMessage() + " (expected: PEM)", e);
        } catch (IOException e) {
            throw new IOException(file + ": cannot be read: " + e + " (expected: certificates in PEM)", e);
        }
        if (chain.isEmpty()) {
            throw new IOException(file + ": no certificate in it (expected: PEM, its own first, then its issuers)");
        }
        return chain;
    }

    private static PrivateKey key(Path file) throws IOException {
        @Nullable PrivateKeyInfo found = null;
        try (Reader reader = Files.newBufferedReader(file);
                PEMParser parser = new PEMParser(reader)) {
            for (Object each = parser.readObject(); each != null && found == null; each = parser.readObject()) {
                if (each instanceof PrivateKeyInfo info) {
                    found = info;
                } else if (each instanceof PEMKeyPair pair) {
                    found = pair.getPrivateKeyInfo();
                }
            }
            if (found != null) {
                return new JcaPEMKeyConverter().getPrivateKey(found);
            }
        } catch (PEMException | RuntimeException e) {
            throw new IOException(file + ": not a private key: " + e.getMessage() + " (expected: PEM)", e);
        } catch (IOException e) {
            throw new IOException(file + ": cannot be read: " + e + " (expected: a private key in PEM)", e);
        }
        throw new IOException(file + ": no private key in it (expected: PEM, not encrypted)");
    }

    /** Whether what the private key signs, the public key verifies. */
    private static boolean fits(PrivateKey secret, PublicKey open) {
        String algorithm = switch (secret.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> secret.getAlgorithm();
        };
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(secret, new SecureRandom());
            signer.update(PROBE);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(open);
            verifier.update(PROBE);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String pem(Object... things) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            for (Object each : things) {
                writer.writeObject(each);
            }
        } catch (IOException e) {
            throw new IllegalStateException("writing into memory does not fail", e);
        }
        return text.toString();
    }

    /** Prints without the key. */
    @Override
    public String toString() {
        return "Identity[" + certificate().getSubjectX500Principal() + ", notAfter=" + notAfter() + "]";
    }
}
