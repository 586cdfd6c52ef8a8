package io.isochrone.control.access;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.IPAddress;

/**
 * A certificate authority of this control plane's own: files {@code ca.pem} and {@code ca.key} in a folder. Whoever is to trust the
 * control plane gets {@code ca.pem}. ECDSA on P-256.
 *
 * <p>Immutable.
 */
public final class CertificateAuthority {
    /** How long the authority is good for; {@code ca.key} and {@code ca.pem} are made anew by taking them away. */
    public static final Duration LIFE = Duration.ofDays(3650);

    /** How long a server's certificate is good for. */
    public static final Duration SERVER_LIFE = Duration.ofDays(90);

    private static final Duration BACK = Duration.ofHours(1);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Identity own;
    private final Path file;

    private CertificateAuthority(Identity own, Path file) {
        this.own = own;
        this.file = file;
    }

    /**
     * The authority in {@code folder}, made when there is none.
     *
     * @throws IOException when it cannot be read or written; one that is damaged or has ended is never replaced by itself
     */
    public static CertificateAuthority in(Path folder, Instant now) throws IOException {
        Path certificate = folder.resolve("ca.pem");
        Path key = folder.resolve("ca.key");
        SecretFiles.folder(folder);
        if (Files.exists(certificate) || Files.exists(key)) {
            return new CertificateAuthority(Identity.read(certificate, key, now), certificate);
        }
        Identity made = make(now);
        SecretFiles.write(key, made.keyPem());
        SecretFiles.write(certificate, made.chainPem());
        return new CertificateAuthority(made, certificate);
    }

    /** The file whose certificate others are to trust. */
    public Path file() {
        return file;
    }

    /** The authority's own certificate. */
    public X509Certificate certificate() {
        return own.certificate();
    }

    /** A new key and certificate for a server of these names and addresses. */
    public Identity issue(Collection<String> names, Instant now) {
        try {
            KeyPair pair = keys();
            List<GeneralName> all = new ArrayList<>();
            for (String name : new TreeSet<>(names)) {
                all.add(new GeneralName(IPAddress.isValid(name) ? GeneralName.iPAddress : GeneralName.dNSName, name));
            }
            Instant end = now.plus(SERVER_LIFE);
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                            new X500Name(
                                    own.certificate().getSubjectX500Principal().getName()),
                            serial(),
                            Date.from(now.minus(BACK)),
                            Date.from(end.isBefore(own.notAfter()) ? end : own.notAfter()),
                            subject("Isochrone control plane"),
                            pair.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(
                            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
                    .addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(own.certificate()))
                    .addExtension(
                            Extension.subjectAlternativeName, false, new GeneralNames(all.toArray(new GeneralName[0])));
            X509Certificate certificate = signed(builder, own.key());
            return new Identity(pair.getPrivate(), List.of(certificate, own.certificate()));
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException("a JDK has ECDSA on P-256", e);
        }
    }

    /** Whether this authority has issued a certificate for exactly these names. */
    public boolean covers(X509Certificate certificate, Collection<String> names) {
        try {
            certificate.verify(own.certificate().getPublicKey());
        } catch (GeneralSecurityException e) {
            return false;
        }
        return named(certificate).equals(normal(names));
    }

    private static Set<String> named(X509Certificate certificate) {
        Set<String> names = new TreeSet<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            if (all != null) {
                all.forEach(each -> names.add(String.valueOf(each.get(1)).toLowerCase(Locale.ROOT)));
            }
        } catch (CertificateParsingException e) {
            return Set.of();
        }
        return names;
    }

    /** Addresses in the long form that the JDK prints them in. */
    private static Set<String> normal(Collection<String> names) {
        Set<String> normal = new TreeSet<>();
        for (String name : names) {
            normal.add(name.equals("::1") ? "0:0:0:0:0:0:0:1" : name.toLowerCase(Locale.ROOT));
        }
        return normal;
    }

    private static Identity make(Instant now) {
        try {
            KeyPair pair = keys();
            X500Name name =
                    subject("Isochrone local CA " + serial().toString(16).substring(0, 8));
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                            name,
                            serial(),
                            Date.from(now.minus(BACK)),
                            Date.from(now.plus(LIFE)),
                            name,
                            pair.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                    .addExtension(
                            Extension.subjectKeyIdentifier,
                            false,
                            new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
            return new Identity(pair.getPrivate(), List.of(signed(builder, pair.getPrivate())));
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException("a JDK has ECDSA on P-256", e);
        }
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
            throws OperatorCreationException, GeneralSecurityException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    }

    private static KeyPair keys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
        return generator.generateKeyPair();
    }

    private static BigInteger serial() {
        return new BigInteger(126, RANDOM).setBit(126);
    }

    private static X500Name subject(String name) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
    }
}
