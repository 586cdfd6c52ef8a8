package io.isochrone.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isochrone.config.model.CertificateFiles;
import io.isochrone.config.model.ClientAuth;
import io.isochrone.config.model.ConnectionSettings;
import io.isochrone.config.model.ListenerTls;
import io.isochrone.config.model.PemFile;
import io.isochrone.config.model.TlsVersion;
import io.isochrone.config.model.UpstreamTls;
import io.isochrone.config.problem.InvalidConfigException;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.ReferenceCounted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificatesTest {
    @TempDir
    Path folder;

    private Pki pki;

    @BeforeEach
    void begin() throws Exception {
        pki = new Pki(folder, "Test CA");
    }

    private static ConnectionSettings listener(CertificateFiles files) {
        return new ConnectionSettings(ListenerTls.of(List.of(files)), null, null);
    }

    private static void refuses(CertificateFiles files, String... parts) {
        assertThatThrownBy(() -> NodeTls.open(listener(files)))
                .isInstanceOf(InvalidConfigException.class)
                .message()
                .contains(parts);
    }

    @Test
    void tellsWhereTheConfigurationNamesAFileThatIsNotThere() throws Exception {
        PemFile missing =
                new PemFile(folder.resolve("no.key").toString(), "world.yaml", 12, 7, "router.tls.certificates[0].key");
        PemFile chain = pki.write("a", pki.issue("a")).chain();

        refuses(
                new CertificateFiles(chain, missing),
                "world.yaml:12:7: router.tls.certificates[0].key: \"" + missing.path() + "\": no such file");
    }

    @Test
    void tellsOfEveryFileThatCannotBeRead() throws Exception {
        Path large = folder.resolve("large");
        Files.write(large, new byte[(1 << 20) + 1]);

        refuses(
                new CertificateFiles(PemFile.of(folder.toString()), PemFile.of(large.toString())),
                folder + ":1:1: ",
                large + ":1:1: more than 1 MiB");
    }

    @Test
    void refusesAKeyOfAnotherCertificate() throws Exception {
        CertificateFiles a = pki.write("a", pki.issue("a.test"));
        CertificateFiles b = pki.write("b", pki.issue("b.test"));
        X509Bundle rsa = new CertificateBuilder()
                .rsa2048()
                .subject("CN=rsa")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();

        refuses(
                new CertificateFiles(a.chain(), b.key()),
                b.key().path(),
                "not the key of the first certificate",
                "CN=a.test");
        refuses(new CertificateFiles(a.chain(), pki.write("rsa", rsa).key()), "not the key of the first certificate");
    }

    @Test
    void refusesAChainInTheWrongOrder() throws Exception {
        X509Bundle bundle = pki.issue("a.test");
        PemFile reversed = pki.write("r.crt", bundle.getRootCertificatePEM() + bundle.getCertificatePEM());
        PemFile alien = pki.write(
                "x.crt", bundle.getCertificatePEM() + pki.issue("b.test").getCertificatePEM());
        PemFile key = pki.write("a", bundle).key();

        refuses(
                new CertificateFiles(reversed, key),
                "certificate 2 is of CN=a.test",
                "the issuer of the one before, CN=Test CA");
        refuses(new CertificateFiles(alien, key), "certificate 2 is of CN=b.test");
    }

    @ParameterizedTest
    @CsvSource({
        "RSA PRIVATE KEY, an RSA PRIVATE KEY",
        "EC PRIVATE KEY, an EC PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY, an ENCRYPTED PRIVATE KEY",
        "CERTIFICATE, no private key in it",
        "PRIVATE KEY, a private key that cannot be read"
    })
    void saysHowAKeyInAnotherFormIsConverted(String label, String found) throws Exception {
        PemFile key = pki.write("k", "-----BEGIN " + label + "-----\nAAAA\n-----END " + label + "-----\n");
        PemFile chain = pki.write("a", pki.issue("a")).chain();

        refuses(new CertificateFiles(chain, key), key.path() + ":1:1: " + found);
        if (!label.equals("PRIVATE KEY")) {
            refuses(new CertificateFiles(chain, key), "openssl pkcs8 -topk8 -nocrypt");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', no certificate in it",
        "'hello', no certificate in it",
        "'-----BEGIN CERTIFICATE-----\nAAAA', the last CERTIFICATE has no end",
        "'-----BEGIN CERTIFICATE-----\nAAAA\n-----END X-----', line 3 ends no CERTIFICATE",
        "'-----BEGIN CERTIFICATE-----\n%%\n-----END CERTIFICATE-----', the CERTIFICATE that ends in line 3 is not Base64",
        "'-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', certificate 1 cannot be read"
    })
    void saysWhatIsWrongInAChain(String text, String found) throws Exception {
        PemFile chain = pki.write("c", text);

        refuses(new CertificateFiles(chain, pki.write("a", pki.issue("a")).key()), chain.path() + ":1:1: " + found);
    }

    @Test
    void refusesWhateverHalfAFileHolds() throws Exception {
        CertificateFiles whole = pki.write("a", pki.issue("a"));
        byte[] chain = Files.readAllBytes(Path.of(whole.chain().path()));
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            byte[] broken = chain.clone();
            for (int k = 0; k <= random.nextInt(4); k++) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
            }
            Path file = folder.resolve("broken");
            Files.write(file, java.util.Arrays.copyOf(broken, random.nextInt(broken.length)));

            CertificateFiles files = new CertificateFiles(PemFile.of(file.toString()), whole.key());
            assertThatThrownBy(() -> NodeTls.open(listener(files))).isInstanceOf(InvalidConfigException.class);
        }
    }

    @Test
    void refusesAuthoritiesThatAreNone() throws Exception {
        ListenerTls d = ListenerTls.of(List.of(pki.write("a", pki.issue("a"))));
        ListenerTls asking = new ListenerTls(
                d.certificates(),
                d.minVersion(),
                ClientAuth.REQUIRED,
                pki.write("ca", "nothing"),
                d.handshakeTimeout(),
                1);

        assertThatThrownBy(() -> NodeTls.open(new ConnectionSettings(asking, null, null)))
                .hasMessageContaining("ca:1:1: no certificate in it");
    }

    @Test
    void changesNothingWhenAReloadIsRefused() throws Exception {
        CertificateFiles files = pki.write("a", pki.issue("a"));
        try (NodeTls tls = NodeTls.open(listener(files))) {
            ServerTls before = tls.server();
            PemFile none = PemFile.of(folder.resolve("none").toString());

            assertThatThrownBy(() -> tls.reload(listener(new CertificateFiles(none, files.key()))))
                    .isInstanceOf(InvalidConfigException.class);
            assertThatThrownBy(() -> tls.reload(ConnectionSettings.PLAIN))
                    .hasMessageContaining("tls: switched off (expected: as when the node started)");
            tls.reload(listener(files));
            assertThat(tls.server()).isSameAs(before);
            assertThat(tls.loads()).isZero();
        }
    }

    @Test
    void waitsForASecondLookAndForTheFilesToBeBack() throws Exception {
        CertificateFiles files = pki.write("a", pki.issue("a"));
        try (NodeTls tls = NodeTls.open(listener(files))) {
            ServerTls before = tls.server();
            X509Bundle next = pki.issue("b");
            pki.write("a", next);

            tls.poll(0, 0);
            assertThat(tls.server()).isSameAs(before);
            Files.delete(Path.of(files.key().path()));
            tls.poll(0, 0);
            assertThat(tls.lastProblem()).contains("no such file");
            pki.write("a", next);
            tls.poll(0, 0);
            tls.poll(0, 0);

            assertThat(tls.server()).isNotSameAs(before);
            assertThat(tls.lastProblem()).isEmpty();
        }
    }

    @Test
    void keepsWhatAChangeDoesNotTouchAndGivesUpWhatItReplaces() throws Exception {
        CertificateFiles server = pki.write("a", pki.issue("a"));
        CertificateFiles own = pki.write("own", pki.issue("own"));
        UpstreamTls upstream =
                new UpstreamTls(pki.authorityFile(), own, null, TlsVersion.TLS_1_2, Duration.ofSeconds(1));
        ConnectionSettings settings = new ConnectionSettings(ListenerTls.of(List.of(server)), null, upstream);
        try (NodeTls tls = NodeTls.open(settings)) {
            ServerTls firstServer = Objects.requireNonNull(tls.server());
            ClientTls firstClient = tls.client();
            pki.write("a", pki.issue("b"));
            tls.poll(0, 0);
            tls.poll(0, 0);

            ServerTls secondServer = Objects.requireNonNull(tls.server());
            assertThat(secondServer).isNotSameAs(firstServer);
            assertThat(tls.client()).isSameAs(firstClient);
            if (firstServer.contexts().get(0) instanceof ReferenceCounted counted) {
                assertThat(counted.refCnt()).isZero();
            }
            pki.write("own", pki.issue("own2"));
            tls.poll(0, 0);
            tls.poll(0, 0);

            assertThat(tls.server()).isSameAs(secondServer);
            assertThat(tls.client()).isNotSameAs(firstClient);
            assertThat(tls.loads()).isEqualTo(2);
        }
    }

    @Test
    void tellsWhenACertificateEnds() throws Exception {
        Instant end = Instant.parse("2031-05-06T07:08:09Z");
        CertificateFiles files = pki.write("a", pki.issue(end, "a"));
        try (NodeTls tls = NodeTls.open(listener(files))) {
            assertThat(tls.notAfterSeconds())
                    .containsExactly(java.util.Map.entry(files.chain().path(), end.getEpochSecond()));
        }
    }

    @ParameterizedTest
    @CsvSource({"1300000, -1", "1209600, 14", "604801, 14", "604800, 7", "86400, 1", "1, 1", "0, 0", "-5, 0"})
    void warnsOfTheEndInSteps(long secondsLeft, int days) {
        assertThat(ExpiryWarning.daysFor(secondsLeft)).isEqualTo(days);
    }

    @Test
    void makesNewTicketKeysTwiceADay() {
        TicketKeys keys = new TicketKeys(0);
        long life = Duration.ofHours(12).toNanos();

        assertThat(keys.rotate(life - 1)).isFalse();
        assertThat(keys.rotate(life)).isTrue();
        assertThat(keys.rotate(2 * life - 1)).isFalse();
        assertThat(keys.rotate(2 * life)).isTrue();
    }

    @Test
    void tellsNoSecretsOfAPair() throws Exception {
        CertificateFiles files = pki.write("a", pki.issue("a.test"));
        CertificateAndKey pair = CertificateAndKey.of(files, PemFiles.read(List.of(files.chain(), files.key())));

        assertThat(pair.toString()).isEqualTo(files.chain() + " [a.test]");
    }
}
