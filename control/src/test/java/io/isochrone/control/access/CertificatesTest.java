package io.isochrone.control.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificatesTest {
    private static final List<String> NAMES = List.of("localhost", "127.0.0.1", "::1", "Control.example.test");

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    @TempDir
    private Path folder;

    private void install(Identity identity, String name) throws IOException {
        SecretFiles.write(folder.resolve(name + ".pem"), identity.chainPem());
        SecretFiles.write(folder.resolve(name + ".key"), identity.keyPem());
    }

    @Test
    void theAuthorityIsMadeOnceAndItsKeyIsForItsOwnerOnly() throws Exception {
        CertificateAuthority made = CertificateAuthority.in(folder, now);

        CertificateAuthority again = CertificateAuthority.in(folder, now);

        assertThat(again.certificate()).isEqualTo(made.certificate());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("ca.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aServersCertificateIsForItsNamesAndVouchedForByTheAuthority() throws Exception {
        CertificateAuthority authority = CertificateAuthority.in(folder, now);

        Identity issued = authority.issue(NAMES, now);

        issued.certificate().verify(authority.certificate().getPublicKey());
        assertThat(authority.covers(issued.certificate(), NAMES)).isTrue();
        assertThat(authority.covers(issued.certificate(), List.of("localhost"))).isFalse();
        assertThat(issued.certificate().getSubjectAlternativeNames()).hasSize(4);
        assertThat(issued.toString()).doesNotContain("PRIVATE");
    }

    @Test
    void theCertificateIsKeptOverARestartAndRenewedWhenAThirdOfItsLifeIsLeft() throws Exception {
        CertificateAuthority authority = CertificateAuthority.in(folder, now);
        CertificateKeeper keeper = CertificateKeeper.own(authority, folder, NAMES, now);
        Identity first = keeper.keys().serving();
        assertThat(keeper.look(now.plus(Duration.ofDays(59)))).isFalse();

        assertThat(CertificateKeeper.own(authority, folder, NAMES, now)
                        .keys()
                        .serving()
                        .certificate())
                .isEqualTo(first.certificate());

        assertThat(keeper.look(now.plus(Duration.ofDays(61)))).isTrue();
        assertThat(keeper.keys().serving().notAfter()).isEqualTo(now.plus(Duration.ofDays(151)));
    }

    @Test
    void otherNamesAreAnotherCertificate() throws Exception {
        CertificateAuthority authority = CertificateAuthority.in(folder, now);
        Identity first =
                CertificateKeeper.own(authority, folder, NAMES, now).keys().serving();

        Identity second = CertificateKeeper.own(authority, folder, List.of("other.test"), now)
                .keys()
                .serving();

        assertThat(second.certificate()).isNotEqualTo(first.certificate());
    }

    @Test
    void theOperatorsFilesAreTakenWhenTheyChangeAndRefusedWithAReasonWhenTheyDoNotFit() throws Exception {
        CertificateAuthority authority = CertificateAuthority.in(folder, now);
        Identity first = authority.issue(NAMES, now);
        Identity second = authority.issue(NAMES, now);
        install(first, "own");
        CertificateKeeper keeper = CertificateKeeper.files(folder.resolve("own.pem"), folder.resolve("own.key"), now);
        assertThat(keeper.look(now)).isFalse();

        SecretFiles.write(folder.resolve("own.pem"), second.chainPem());
        assertThat(keeper.look(now)).isFalse();
        assertThat(keeper.refusal()).contains("not the key of the certificate");
        assertThat(keeper.keys().serving().certificate()).isEqualTo(first.certificate());

        SecretFiles.write(folder.resolve("own.key"), second.keyPem());
        assertThat(keeper.look(now)).isTrue();
        assertThat(keeper.refusal()).isNull();
        assertThat(keeper.keys().serving().certificate()).isEqualTo(second.certificate());

        Files.delete(folder.resolve("own.key"));
        assertThat(keeper.look(now)).isFalse();
        assertThat(keeper.refusal()).contains("cannot be read");
    }

    @Test
    void filesThatCannotBeUsedAreRefusedAtStart() throws Exception {
        CertificateAuthority authority = CertificateAuthority.in(folder, now);
        install(authority.issue(NAMES, now.minus(Duration.ofDays(91))), "old");
        install(authority.issue(NAMES, now.plus(Duration.ofDays(2))), "early");
        SecretFiles.write(folder.resolve("empty.pem"), "");
        SecretFiles.write(
                folder.resolve("broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

        for (String[] each : new String[][] {
            {"old.pem", "old.key", "ended at"},
            {"early.pem", "early.key", "begins at"},
            {"empty.pem", "old.key", "no certificate in it"},
            {"broken.pem", "old.key", "broken.pem"},
            {"ca.pem", "empty.pem", "no private key in it"},
            {"ca.pem", "old.key", "not the key of"},
            {"missing.pem", "old.key", "cannot be read"}
        }) {
            assertThatThrownBy(() -> CertificateKeeper.files(folder.resolve(each[0]), folder.resolve(each[1]), now))
                    .as(each[0])
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(each[2]);
        }
    }

    @Test
    void aDamagedAuthorityIsNotReplacedByItself() throws Exception {
        CertificateAuthority.in(folder, now);
        Files.delete(folder.resolve("ca.key"));

        assertThatThrownBy(() -> CertificateAuthority.in(folder, now)).isInstanceOf(IOException.class);
    }
}
