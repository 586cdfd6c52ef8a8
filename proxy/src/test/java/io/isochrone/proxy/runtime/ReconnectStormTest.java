package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.CertificateFiles;
import io.isochrone.config.model.ConnectionSettings;
import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.config.model.TlsVersion;
import io.isochrone.config.model.UpstreamTls;
import io.isochrone.proxy.outcome.Outcome;
import io.isochrone.proxy.tls.NodeTls;
import io.isochrone.proxy.tls.Pki;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** P49: everything that a region served comes to the next one in the same moment, by TLS. */
final class ReconnectStormTest {
    private static final int CLIENTS = 200;
    /** As many as {@code H1Lane} opens at once. */
    private static final int OPENING = 64;

    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    @TempDir
    Path folder;

    /** Counts the handshakes that are under way, and shakes nobody's hand out of turn. */
    private static final class Origin implements AutoCloseable {
        final AtomicInteger underWay = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();
        final AtomicInteger accepted = new AtomicInteger();
        final CountDownLatch full = new CountDownLatch(OPENING);
        /** So many handshakes may be worked on at once; each gives its turn on when it is done. */
        final Semaphore turns;

        private final List<Socket> sockets = new ArrayList<>();
        private final ServerSocket server = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        private final SSLContext tls;
        private final String name;

        Origin(SSLContext tls, String name, int turns) throws IOException {
            this.tls = tls;
            this.name = name;
            this.turns = new Semaphore(turns);
            start(this::accept);
        }

        private static void start(Runnable task) {
            Thread thread = new Thread(task, "storm-origin");
            thread.setDaemon(true);
            thread.start();
        }

        private void accept() {
            try {
                while (true) {
                    Socket socket = server.accept();
                    synchronized (sockets) {
                        sockets.add(socket);
                    }
                    accepted.incrementAndGet();
                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                    full.countDown();
                    start(() -> serve(socket));
                }
            } catch (IOException closed) {
                return;
            }
        }

        private void serve(Socket plain) {
            try (SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, "localhost", 0, true)) {
                turns.acquire();
                socket.setUseClientMode(false);
                socket.startHandshake();
                underWay.decrementAndGet();
                turns.release();
                while (!RawBackend.readHead(socket.getInputStream()).isEmpty()) {
                    RawBackend.ok(socket.getOutputStream(), name);
                }
            } catch (IOException | InterruptedException gone) {
                return;
            }
        }

        /** Refuses and cuts. */
        @Override
        public void close() throws IOException {
            server.close();
            synchronized (sockets) {
                for (Socket socket : sockets) {
                    socket.close();
                }
            }
        }
    }

    private NodeTls trusting(Pki pki, @Nullable CertificateFiles own) throws IOException {
        return NodeTls.open(new ConnectionSettings(
                null,
                null,
                new UpstreamTls(pki.authorityFile(), own, "backend.test", TlsVersion.TLS_1_2, Duration.ofSeconds(10))));
    }

    @Test
    void theSurvivorShakesNoMoreHandsAtOnceThanTheBoundAndEveryRequestIsAnswered() throws Exception {
        Pki pki = new Pki(folder, "Test CA");
        SSLContext tls = pki.context(pki.issue("backend.test"));
        Duration patient = Duration.ofSeconds(10);
        Timeouts timeouts =
                new Timeouts(patient, patient, patient, patient, patient, patient, patient, patient, patient);
        List<EngineFixture.Client> clients = new ArrayList<>();
        try (Origin near = new Origin(tls, "near", CLIENTS);
                Origin next = new Origin(tls, "next", 0);
                EngineFixture engine = new EngineFixture(
                        Limits.DEFAULTS,
                        timeouts,
                        trusting(pki, null),
                        true,
                        near.server.getLocalPort(),
                        next.server.getLocalPort())) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(engine.client().send(GET));
            }
            for (EngineFixture.Client client : clients) {
                assertThat(client.response()).endsWith("near");
                engine.nextRecord();
            }

            near.close();
            for (EngineFixture.Client client : clients) {
                client.send(GET);
            }
            assertThat(next.full.await(5, TimeUnit.SECONDS)).isTrue();
            next.turns.release();

            for (EngineFixture.Client client : clients) {
                assertThat(client.response()).startsWith("HTTP/1.1 200 ").endsWith("next");
                assertThat(engine.nextRecord().outcome()).isEqualTo(Outcome.RELAYED);
            }
            // We are done with a handshake a moment before the other side is (RFC 8446 §2).
            assertThat(next.most.get()).isBetween(OPENING, OPENING + 1);
            assertThat(next.accepted.get()).isLessThanOrEqualTo(CLIENTS);
        } finally {
            for (EngineFixture.Client client : clients) {
                client.close();
            }
        }
    }

    /** Who stands in line behind handshakes that never end goes elsewhere after {@code timeouts.connect}. */
    @Test
    void theLineIsLeftInTimeForTheNextEndpoint() throws Exception {
        Pki pki = new Pki(folder, "Test CA");
        SSLContext tls = pki.context(pki.issue("backend.test"));
        List<EngineFixture.Client> clients = new ArrayList<>();
        try (Origin stuck = new Origin(tls, "stuck", 0);
                Origin next = new Origin(tls, "next", CLIENTS);
                EngineFixture engine = new EngineFixture(
                        Limits.DEFAULTS,
                        Timeouts.ROUTER_DEFAULTS,
                        trusting(pki, null),
                        true,
                        stuck.server.getLocalPort(),
                        next.server.getLocalPort())) {
            for (int i = 0; i < OPENING; i++) {
                clients.add(engine.client().send(GET));
            }
            assertThat(stuck.full.await(5, TimeUnit.SECONDS)).isTrue();
            EngineFixture.Client last = engine.client().send("POST" + GET.substring(3));
            clients.add(last);

            assertThat(last.response()).startsWith("HTTP/1.1 200 ").endsWith("next");
            assertThat(engine.nextRecord().attempts())
                    .contains("=no_connection,")
                    .endsWith("=200");
            assertThat(stuck.accepted).hasValue(OPENING);
        } finally {
            for (EngineFixture.Client client : clients) {
                client.close();
            }
        }
    }
}
