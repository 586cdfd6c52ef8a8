package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.CertificateFiles;
import io.isochrone.config.model.ConnectionSettings;
import io.isochrone.config.model.Limits;
import io.isochrone.config.model.PemFile;
import io.isochrone.config.model.Timeouts;
import io.isochrone.config.model.TlsVersion;
import io.isochrone.config.model.UpstreamTls;
import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.tls.NodeTls;
import io.isochrone.proxy.tls.Pki;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLServerSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS between the engine and its upstreams, over real sockets. */
class UpstreamTlsTest {
    @TempDir
    Path folder;

    private Pki pki;

    @BeforeEach
    void begin() throws Exception {
        pki = new Pki(folder, "Test CA");
    }

    private NodeTls client(@Nullable CertificateFiles own, @Nullable String name) throws IOException {
        return client(pki.authorityFile(), own, name, Duration.ofSeconds(2));
    }

    private static NodeTls client(
            PemFile ca, @Nullable CertificateFiles own, @Nullable String name, Duration handshakeTimeout) {
        UpstreamTls settings = new UpstreamTls(ca, own, name, TlsVersion.TLS_1_2, handshakeTimeout);
        return NodeTls.open(new ConnectionSettings(null, null, settings));
    }

    private static EngineFixture engine(NodeTls tls, int... ports) throws Exception {
        return new EngineFixture(Limits.DEFAULTS, Timeouts.GATEWAY_DEFAULTS, tls, true, ports);
    }

    private static boolean hello(String head, java.io.InputStream in, java.io.OutputStream out, Socket socket)
            throws IOException {
        return RawBackend.ok(out, "hello");
    }

    private static ServerSocketFactory sockets(SSLContext context, boolean wantClient, String... versions) {
        SSLServerSocketFactory factory = context.getServerSocketFactory();
        return new ServerSocketFactory() {
            @Override
            public ServerSocket createServerSocket(int port) throws IOException {
                return createServerSocket(port, 50);
            }

            @Override
            public ServerSocket createServerSocket(int port, int backlog) throws IOException {
                return createServerSocket(port, backlog, InetAddress.getLoopbackAddress());
            }

            @Override
            public ServerSocket createServerSocket(int port, int backlog, InetAddress address) throws IOException {
                SSLServerSocket socket = (SSLServerSocket) factory.createServerSocket(port, backlog, address);
                socket.setNeedClientAuth(wantClient);
                if (versions.length > 0) {
                    socket.setEnabledProtocols(versions);
                }
                return socket;
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void sendsRequestsEncryptedAndKeepsTheConnection(String version) throws Exception {
        SSLContext server = pki.context(pki.issue("backend.test"));
        try (RawBackend backend = new RawBackend(UpstreamTlsTest::hello, sockets(server, false, version));
                EngineFixture engine = engine(client(null, "backend.test"), backend.port());
                EngineFixture.Client client = engine.client()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").response())
                        .endsWith("hello");
            }
            assertThat(backend.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "authority"})
    void triesTheNextEndpointWithAPostWhenAnUpstreamIsNotWhoItShouldBe(String wrong) throws Exception {
        SSLContext good = pki.context(pki.issue("backend.test"));
        Pki strangers = new Pki(folder, "Strangers CA");
        SSLContext bad = wrong.equals("name")
                ? pki.context(pki.issue("other.test"))
                : strangers.context(strangers.issue("backend.test"));
        try (RawBackend first = new RawBackend(UpstreamTlsTest::hello, sockets(bad, false));
                RawBackend second = new RawBackend(UpstreamTlsTest::hello, sockets(good, false));
                EngineFixture both = engine(client(null, "backend.test"), first.port(), second.port());
                EngineFixture one = engine(client(null, "backend.test"), first.port());
                EngineFixture.Client client = both.client();
                EngineFixture.Client unlucky = one.client()) {
            String post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";

            assertThat(client.send(post).response())
                    .contains("Isochrone-Attempts: 2")
                    .endsWith("hello");
            assertThat(both.nextRecord().attemptCount()).isEqualTo(2);
            assertThat(unlucky.send(post).response()).startsWith("HTTP/1.1 502 ");
            assertThat(one.nextRecord().failure()).isEqualTo(Failure.TLS_FAILED);
            assertThat(first.heads()).isEmpty();
        }
    }

    @Test
    void tellsAnUpstreamThatSpeaksPlainTextFromOneThatIsSilent() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                EngineFixture engine = engine(client(null, "backend.test"), plain.getLocalPort());
                EngineFixture.Client client = engine.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            try (Socket accepted = plain.accept()) {
                RawBackend.answer(accepted.getOutputStream(), "HTTP/1.1 400 Bad Request\r\n\r\n");

                assertThat(client.response()).startsWith("HTTP/1.1 502 ");
                assertThat(engine.nextRecord().failure()).isEqualTo(Failure.TLS_FAILED);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void showsItsCertificateToAnUpstreamThatAsks(String version) throws Exception {
        SSLContext server = pki.context(pki.issue("backend.test"));
        X509Bundle own = pki.issue("router");
        try (RawBackend backend = new RawBackend(UpstreamTlsTest::hello, sockets(server, true, version));
                EngineFixture engine = engine(client(pki.write("own", own), "backend.test"), backend.port());
                EngineFixture.Client client = engine.client()) {
            assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").response())
                    .endsWith("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void knowsThatAnUpstreamWhichRefusesItsCertificateHasProcessedNothing(String version) throws Exception {
        SSLContext server = pki.context(pki.issue("backend.test"));
        Pki strangers = new Pki(folder, "Strangers CA");
        CertificateFiles own = strangers.write("own", strangers.issue("router"));
        try (RawBackend backend = new RawBackend(UpstreamTlsTest::hello, sockets(server, true, version));
                EngineFixture engine = engine(client(own, "backend.test"), backend.port());
                EngineFixture.Client client = engine.client()) {
            assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").response())
                    .startsWith("HTTP/1.1 502 ");
            ExchangeRecord record = engine.nextRecord();
            assertThat(record.failure()).isIn(Failure.TLS_FAILED, Failure.RESET_BEFORE_RESPONSE);
            if (version.equals("TLSv1.2")) { // in 1.3 a reset may overtake the alert
                assertThat(record.failure()).isEqualTo(Failure.TLS_FAILED);
            }
            assertThat(backend.heads()).isEmpty();
        }
    }

    @Test
    void givesAHandshakeUpThatTakesTooLong() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                EngineFixture engine = engine(
                        client(pki.authorityFile(), null, "backend.test", Duration.ofMillis(200)),
                        silent.getLocalPort());
                EngineFixture.Client client = engine.client()) {
            assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").response())
                    .startsWith("HTTP/1.1 504 ");
            assertThat(engine.nextRecord().failure()).isEqualTo(Failure.CONNECT_TIMEOUT);
        }
    }

    /** RFC 9112 §9.8: without close_notify the end of a connection is no end of a body. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void takesTheEndOfAConnectionForTheEndOfABodyOnlyAfterCloseNotify(boolean proper) throws Exception {
        SSLContext server = pki.context(pki.issue("backend.test"));
        try (Truncating backend = new Truncating(server, proper);
                EngineFixture engine = engine(client(null, "backend.test"), backend.port());
                EngineFixture.Client client = engine.client()) {
            String answer = client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    .rest();

            assertThat(answer).contains("hello");
            assertThat(answer.endsWith("\r\n0\r\n\r\n")).isEqualTo(proper);
        }
    }

    @Test
    void givesConnectionsUpThatWereMadeWithOtherCertificates() throws Exception {
        SSLContext server = pki.context(pki.issue("backend.test"));
        CertificateFiles own = pki.write("own", pki.issue("router"));
        NodeTls tls = client(own, "backend.test");
        try (RawBackend backend = new RawBackend(UpstreamTlsTest::hello, sockets(server, true));
                EngineFixture engine = engine(tls, backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").response();

            pki.write("own", pki.issue("router"));
            tls.poll(0, 0);
            tls.poll(0, 0);

            assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").response())
                    .endsWith("hello");
            assertThat(backend.connections()).isEqualTo(2);
        }
    }

    /** Answers one request with a body that the connection's end ends, with or without close_notify. */
    private static final class Truncating implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        private final AtomicInteger served = new AtomicInteger();
        private final Thread thread;

        Truncating(SSLContext context, boolean proper) throws IOException {
            thread = new Thread(() -> {
                try (Socket plain = server.accept()) {
                    Socket socket = context.getSocketFactory().createSocket(plain, plain.getInputStream(), false);
                    RawBackend.readHead(socket.getInputStream());
                    RawBackend.answer(socket.getOutputStream(), "HTTP/1.1 200 OK\r\n\r\nhello");
                    served.incrementAndGet();
                    if (proper) {
                        socket.close();
                    }
                } catch (IOException e) {
                    served.addAndGet(-100);
                }
            });
            thread.start();
        }

        int port() {
            return server.getLocalPort();
        }

        @Override
        public void close() throws Exception {
            server.close();
            thread.join(TimeUnit.SECONDS.toMillis(5));
            assertThat(served).hasValue(1);
        }
    }
}
