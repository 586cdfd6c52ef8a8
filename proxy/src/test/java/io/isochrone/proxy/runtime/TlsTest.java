package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isochrone.config.model.CertificateFiles;
import io.isochrone.config.model.ClientAuth;
import io.isochrone.config.model.ConnectionSettings;
import io.isochrone.config.model.Limits;
import io.isochrone.config.model.ListenerTls;
import io.isochrone.config.model.PemFile;
import io.isochrone.config.model.Timeouts;
import io.isochrone.config.model.TlsVersion;
import io.isochrone.proxy.outcome.HandshakeResult;
import io.isochrone.proxy.tls.NodeTls;
import io.isochrone.proxy.tls.Pki;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS between clients and the engine, over real sockets. */
class TlsTest {
    @TempDir
    Path folder;

    private Pki pki;
    private RawBackend backend;

    @BeforeEach
    void begin() throws Exception {
        pki = new Pki(folder, "Test CA");
        backend = new RawBackend(TlsTest::hello);
    }

    @AfterEach
    void end() throws Exception {
        backend.close();
    }

    private static boolean hello(String head, InputStream in, OutputStream out, Socket socket) throws IOException {
        String lower = head.toLowerCase(Locale.ROOT);
        int at = lower.indexOf("content-length: ");
        if (at >= 0) {
            in.readNBytes(Integer.parseInt(lower.substring(at + 16, lower.indexOf('\r', at))));
        }
        return RawBackend.ok(out, "hello");
    }

    private ListenerTls settings(CertificateFiles... files) {
        return ListenerTls.of(List.of(files));
    }

    private ListenerTls asking(ClientAuth auth, @Nullable PemFile ca, CertificateFiles... files) {
        ListenerTls d = settings(files);
        return new ListenerTls(d.certificates(), d.minVersion(), auth, ca, d.handshakeTimeout(), d.maxHandshakes());
    }

    private static NodeTls open(ListenerTls settings) {
        return NodeTls.open(new ConnectionSettings(settings, null, null));
    }

    private EngineFixture engine(NodeTls tls) throws Exception {
        return new EngineFixture(Limits.DEFAULTS, Timeouts.GATEWAY_DEFAULTS, tls, false, backend.port());
    }

    private static SSLSocket connect(EngineFixture engine, SSLContext context, String name, String... versions)
            throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(
                        new Socket(InetAddress.getLoopbackAddress(), engine.server.port()),
                        name,
                        engine.server.port(),
                        true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        if (versions.length > 0) {
            parameters.setProtocols(versions);
        }
        socket.setSSLParameters(parameters);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(8000);
        return socket;
    }

    /** Connects, sends one request, and returns the certificate that was shown. */
    private static X509Certificate get(EngineFixture engine, SSLContext context, String name, String... versions)
            throws IOException {
        try (EngineFixture.Client client = new EngineFixture.Client(connect(engine, context, name, versions))) {
            assertThat(client.send("GET / HTTP/1.1\r\nHost: " + name + "\r\n\r\n")
                            .response())
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("hello");
            return (X509Certificate) ((SSLSocket) client.socket).getSession().getPeerCertificates()[0];
        }
    }

    /** Makes a request on a new connection and returns whether a session of an earlier one was gone on with. */
    private static boolean isResumed(EngineFixture engine, SSLContext context, String version) throws IOException {
        try (EngineFixture.Client client = new EngineFixture.Client(connect(engine, context, "localhost", version))) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").response();
            SSLSession session = ((SSLSocket) client.socket).getSession();
            boolean resumed = session.getValue("seen") != null;
            session.putValue("seen", "before");
            return resumed;
        }
    }

    private static String subject(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void speaksTheVersionOfHttpThatAlpnAgreedOn(HttpClient.Version version) throws Exception {
        CertificateFiles files = pki.write("a", pki.issue("localhost"));
        try (EngineFixture engine = engine(open(settings(files)))) {
            HttpClient client = HttpClient.newBuilder()
                    .version(version)
                    .sslContext(pki.context(null))
                    .build();
            URI uri = URI.create("https://localhost:" + engine.server.port() + "/");
            String large = "x".repeat(300_000);

            HttpResponse<String> got = client.send(
                    HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            HttpResponse<String> posted = client.send(
                    HttpRequest.newBuilder(uri)
                            .POST(HttpRequest.BodyPublishers.ofString(large))
                            .build(),
                    HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));

            assertThat(got.version()).isEqualTo(version);
            assertThat(got.body()).isEqualTo("hello");
            assertThat(posted.statusCode()).isEqualTo(200);
            assertThat(engine.handshakes.poll(5, TimeUnit.SECONDS)).isEqualTo(HandshakeResult.COMPLETED);
        }
    }

    @Test
    void answersAnHttp2PrefaceThatAlpnDidNotAgreeOnAsHttp1() throws Exception {
        CertificateFiles files = pki.write("a", pki.issue("localhost"));
        try (EngineFixture engine = engine(open(settings(files)));
                EngineFixture.Client client =
                        new EngineFixture.Client(connect(engine, pki.context(null), "localhost"))) {
            assertThat(client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").rest()).startsWith("HTTP/1.1 505 ");
        }
    }

    @Test
    void choosesTheCertificateByTheNameThatIsAskedFor() throws Exception {
        CertificateFiles first = pki.write("a", pki.issue("first.test"));
        CertificateFiles exact = pki.write("b", pki.issue("api.second.test", "*.second.test"));
        CertificateFiles other = pki.write("c", pki.issue("third.test", "deep.second.test"));
        SSLContext context = pki.context(null);
        try (EngineFixture engine = engine(open(settings(first, exact, other)))) {
            assertThat(subject(get(engine, context, "first.test"))).isEqualTo("CN=first.test");
            assertThat(subject(get(engine, context, "API.second.test"))).isEqualTo("CN=api.second.test");
            assertThat(subject(get(engine, context, "any.second.test"))).isEqualTo("CN=api.second.test");
            assertThat(subject(get(engine, context, "deep.second.test"))).isEqualTo("CN=third.test");
            assertThat(subject(get(engine, context, "a.b.second.test"))).isEqualTo("CN=first.test");
            assertThat(subject(get(engine, context, "unknown.test"))).isEqualTo("CN=first.test");
        }
    }

    @Test
    void speaksTwoVersionsAndOnlyTheNewerWhereItIsTheOldestAllowed() throws Exception {
        CertificateFiles files = pki.write("a", pki.issue("localhost"));
        ListenerTls d = settings(files);
        ListenerTls newer = new ListenerTls(
                d.certificates(), TlsVersion.TLS_1_3, d.clientAuth(), null, d.handshakeTimeout(), d.maxHandshakes());
        SSLContext context = pki.context(null);
        try (EngineFixture both = engine(open(d));
                EngineFixture one = engine(open(newer))) {
            get(both, context, "localhost", "TLSv1.2");
            get(both, context, "localhost", "TLSv1.3");
            get(one, context, "localhost", "TLSv1.3");
            assertThatThrownBy(() -> get(one, context, "localhost", "TLSv1.2")).isInstanceOf(SSLException.class);
            assertThat(one.handshakes.poll(5, TimeUnit.SECONDS)).isEqualTo(HandshakeResult.COMPLETED);
            assertThat(one.handshakes.poll(5, TimeUnit.SECONDS)).isEqualTo(HandshakeResult.FAILED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void resumesASession(String version) throws Exception {
        CertificateFiles files = pki.write("a", pki.issue("localhost"));
        SSLContext context = pki.context(null);
        try (EngineFixture engine = engine(open(settings(files)))) {
            assertThat(isResumed(engine, context, version)).isFalse();
            assertThat(isResumed(engine, context, version)).isTrue();
            assertThat(isResumed(engine, pki.context(null), version)).isFalse();
        }
    }

    @Test
    void takesChangedFilesWithoutDroppingAConnectionAndRefusesAKeyOfAnother() throws Exception {
        CertificateFiles files = pki.write("a", pki.issue("localhost", "one"));
        NodeTls tls = open(settings(files));
        try (EngineFixture engine = engine(tls);
                EngineFixture.Client old = new EngineFixture.Client(connect(engine, pki.context(null), "localhost"))) {
            old.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").response();
            X509Bundle next = pki.issue("localhost", "two");

            pki.write("a.crt", next.getCertificatePathPEM()); // the key is still the old one
            tls.poll(0, 0);
            tls.poll(0, 0);
            assertThat(tls.lastProblem()).contains("a.key").contains("not the key of the first certificate");
            assertThat(get(engine, pki.context(null), "localhost")
                            .getSubjectAlternativeNames()
                            .toString())
                    .contains("one");

            pki.write("a.key", next.getPrivateKeyPEM());
            tls.poll(0, 0);
            tls.poll(0, 0);
            assertThat(tls.lastProblem()).isEmpty();
            assertThat(get(engine, pki.context(null), "localhost")
                            .getSubjectAlternativeNames()
                            .toString())
                    .contains("two");
            assertThat(old.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").response()).endsWith("hello");
            assertThat(tls.loads()).isEqualTo(1);
            assertThat(tls.refusals()).isEqualTo(1);
        }
    }

    @Test
    @Timeout(60)
    void servesAHundredRotationsWithoutAFailedHandshake() throws Exception {
        CertificateFiles files = pki.write("a", pki.issue("localhost"));
        X509Bundle[] pair = {pki.issue("localhost"), pki.issue("localhost")};
        NodeTls tls = open(settings(files));
        SSLContext context = pki.context(null);
        try (EngineFixture engine = engine(tls)) {
            for (int i = 0; i < 100; i++) {
                pki.write("a", pair[i % 2]);
                tls.poll(0, 0);
                tls.poll(0, 0);
                get(engine, context, "localhost");
            }

            assertThat(tls.loads()).isEqualTo(100);
            assertThat(engine.handshakes).hasSize(100).containsOnly(HandshakeResult.COMPLETED);
        }
    }

    /** P40: a folder of both files behind a symbolic link that is moved, as certificates are mounted in containers. */
    @Test
    @Timeout(120)
    void failsNoHandshakeUnderLoadWhileALinkIsMovedFromOnePairToTheOther() throws Exception {
        int swaps = Integer.getInteger("isochrone.swaps", 50);
        Path link = folder.resolve("live");
        for (String name : List.of("one", "two")) {
            Files.createDirectory(folder.resolve(name));
            pki.write(name + "/tls", pki.issue("localhost"));
        }
        Files.createSymbolicLink(link, folder.resolve("one"));
        NodeTls tls = open(settings(new CertificateFiles(
                PemFile.of(link.resolve("tls.crt").toString()),
                PemFile.of(link.resolve("tls.key").toString()))));
        SSLContext context = pki.context(null);
        AtomicBoolean over = new AtomicBoolean();
        List<Throwable> failed = new CopyOnWriteArrayList<>();
        try (EngineFixture engine = engine(tls)) {
            List<Thread> load = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Thread thread = new Thread(() -> load(engine, context, over, failed), "tls-load-" + i);
                thread.start();
                load.add(thread);
            }
            for (int i = 1; i <= swaps; i++) {
                Path next = folder.resolve("next");
                Files.createSymbolicLink(next, folder.resolve(i % 2 == 0 ? "one" : "two"));
                Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
                tls.poll(0, 0);
                tls.poll(0, 0);
                int before = engine.handshakes.size();
                while (engine.handshakes.size() == before && failed.isEmpty()) {
                    Thread.onSpinWait(); // the new pair has to serve somebody
                }
            }
            over.set(true);
            for (Thread thread : load) {
                thread.join();
            }

            assertThat(failed).isEmpty();
            assertThat(tls.loads()).isEqualTo(swaps);
            assertThat(tls.refusals()).isZero();
            assertThat(engine.handshakes).containsOnly(HandshakeResult.COMPLETED);
        }
    }

    private static void load(EngineFixture engine, SSLContext context, AtomicBoolean over, List<Throwable> failed) {
        try {
            while (!over.get()) {
                get(engine, context, "localhost");
            }
        } catch (Exception | AssertionError e) {
            failed.add(e);
        }
    }

    @Test
    void letsInOnlyClientsWithACertificateOfTheAuthority() throws Exception {
        Pki strangers = new Pki(folder, "Strangers CA");
        CertificateFiles files = pki.write("a", pki.issue("localhost"));
        SSLContext good = pki.context(pki.issue("router"));
        SSLContext none = pki.context(null);
        SSLContext stranger = pki.context(strangers.issue("router"));
        try (EngineFixture required = engine(open(asking(ClientAuth.REQUIRED, pki.authorityFile(), files)));
                EngineFixture optional = engine(open(asking(ClientAuth.OPTIONAL, pki.authorityFile(), files)))) {
            for (String version : List.of("TLSv1.2", "TLSv1.3")) {
                get(required, good, "localhost", version);
                get(required, good, "localhost", version); // resumed
                assertThatThrownBy(() -> get(required, none, "localhost", version))
                        .isInstanceOf(IOException.class);
                assertThatThrownBy(() -> get(required, stranger, "localhost", version))
                        .isInstanceOf(IOException.class);
                get(optional, none, "localhost", version);
            }
            assertThat(backend.heads()).hasSize(6);
        }
    }

    @Test
    void resumesNoSessionOfAClientWhoseAuthorityIsNoLongerGood() throws Exception {
        Pki successor = new Pki(folder, "Successor CA");
        CertificateFiles files = pki.write("a", pki.issue("localhost"));
        PemFile authorities =
                pki.write("ca.crt", Files.readString(Path.of(pki.authorityFile().path())));
        NodeTls tls = open(asking(ClientAuth.REQUIRED, authorities, files));
        SSLContext client = pki.context(pki.issue("router"));
        try (EngineFixture engine = engine(tls)) {
            get(engine, client, "localhost", "TLSv1.3");

            pki.write(
                    "ca.crt", Files.readString(Path.of(successor.authorityFile().path())));
            tls.poll(0, 0);
            tls.poll(0, 0);

            assertThat(tls.loads()).isEqualTo(1);
            assertThatThrownBy(() -> get(engine, client, "localhost", "TLSv1.3"))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void tellsPlainHttpThatThisPortSpeaksTls() throws Exception {
        CertificateFiles files = pki.write("a", pki.issue("localhost"));
        CertificateFiles more = pki.write("b", pki.issue("other"));
        for (ListenerTls settings : List.of(settings(files), settings(files, more))) {
            try (EngineFixture engine = engine(open(settings));
                    EngineFixture.Client client = engine.client()) {
                assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").rest())
                        .startsWith("HTTP/1.1 400 ")
                        .endsWith(
                                "{\"statusCode\":400,\"message\":\"Plain HTTP was sent to a port that speaks TLS; use https\"}");
                assertThat(engine.handshakes.poll(5, TimeUnit.SECONDS)).isEqualTo(HandshakeResult.PLAIN_TEXT);
            }
        }
    }

    @Test
    void closesAConnectionWhoseHandshakeTakesTooLong() throws Exception {
        CertificateFiles files = pki.write("a", pki.issue("localhost"));
        CertificateFiles more = pki.write("b", pki.issue("other"));
        for (CertificateFiles[] each : List.of(new CertificateFiles[] {files}, new CertificateFiles[] {files, more})) {
            ListenerTls d = settings(each);
            ListenerTls hasty = new ListenerTls(
                    d.certificates(), d.minVersion(), d.clientAuth(), null, Duration.ofMillis(300), d.maxHandshakes());
            try (EngineFixture engine = engine(open(hasty));
                    EngineFixture.Client silent = engine.client();
                    EngineFixture.Client begun = engine.client().send("\u0016\u0003\u0001")) {
                assertThat(silent.rest()).doesNotContain("HTTP");
                assertThat(begun.rest()).doesNotContain("HTTP");
                assertThat(engine.handshakes.poll(5, TimeUnit.SECONDS)).isEqualTo(HandshakeResult.TIMED_OUT);
                assertThat(engine.handshakes.poll(5, TimeUnit.SECONDS)).isEqualTo(HandshakeResult.TIMED_OUT);
                assertThat(engine.server.inFlight()).isZero();
            }
        }
    }

    @Test
    void closesConnectionsBeyondTheMostHandshakes() throws Exception {
        CertificateFiles files = pki.write("a", pki.issue("localhost"));
        ListenerTls d = settings(files);
        ListenerTls one =
                new ListenerTls(d.certificates(), d.minVersion(), d.clientAuth(), null, d.handshakeTimeout(), 1);
        try (EngineFixture engine = engine(open(one))) {
            try (EngineFixture.Client waiting = engine.client();
                    EngineFixture.Client second = engine.client()) {
                assertThat(second.rest()).doesNotContain("HTTP");
                assertThat(engine.handshakes.poll(5, TimeUnit.SECONDS)).isEqualTo(HandshakeResult.SHED);
                waiting.close();
                assertThat(engine.handshakes.poll(5, TimeUnit.SECONDS)).isEqualTo(HandshakeResult.FAILED);
            }
            get(engine, pki.context(null), "localhost");
        }
    }

    @Test
    void letsTheClientReadAnEarlyAnswerAndThenSaysGoodbye() throws Exception {
        CertificateFiles files = pki.write("a", pki.issue("localhost"));
        try (EngineFixture engine = engine(open(settings(files)));
                EngineFixture.Client client =
                        new EngineFixture.Client(connect(engine, pki.context(null), "localhost"))) {
            client.send("POST /none HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nbegun");

            assertThat(client.rest())
                    .startsWith("HTTP/1.1 404 ")
                    .contains("Connection: close")
                    .endsWith("}"); // and no reset, no exception for a missing close_notify
        }
    }

    @Test
    void doesNotPromiseAWholeBodyThatOnlyTheEndOfTheConnectionWouldEnd() throws Exception {
        CertificateFiles files = pki.write("a", pki.issue("localhost"));
        try (RawBackend broken = new RawBackend((head, in, out, socket) -> {
                    RawBackend.answer(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
                    return false;
                });
                EngineFixture engine = new EngineFixture(
                        Limits.DEFAULTS, Timeouts.GATEWAY_DEFAULTS, open(settings(files)), false, broken.port());
                EngineFixture.Client client =
                        new EngineFixture.Client(connect(engine, pki.context(null), "localhost"))) {
            client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n");

            assertThat(client.rest()).endsWith("<reset>");
        }
    }

    @Test
    void survivesGarbageInPlaceOfHandshakes() throws Exception {
        CertificateFiles files = pki.write("a", pki.issue("localhost"));
        java.util.Random random = new java.util.Random(42);
        try (EngineFixture engine = engine(open(settings(files, pki.write("b", pki.issue("b")))))) {
            for (int i = 0; i < 200; i++) {
                byte[] garbage = new byte[1 + random.nextInt(600)];
                random.nextBytes(garbage);
                if (i % 2 == 0) {
                    byte[] hello = {0x16, 3, 1, (byte) (garbage.length >> 8), (byte) garbage.length, 1, 0};
                    garbage = Arrays.copyOf(hello, hello.length + garbage.length);
                }
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), engine.server.port())) {
                    OutputStream out = socket.getOutputStream();
                    out.write(garbage);
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                } catch (IOException reset) {
                    assertThat(reset.getMessage().toLowerCase(Locale.ROOT)).containsAnyOf("reset", "broken pipe");
                }
            }
            get(engine, pki.context(null), "localhost");
            assertThat(engine.server.inFlight()).isZero();
        }
    }
}
