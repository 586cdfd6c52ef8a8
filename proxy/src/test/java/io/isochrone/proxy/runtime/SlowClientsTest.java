package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.outcome.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** P38: many clients at once that are slow on purpose: each is ended by its limit, and others are served meanwhile. */
@Timeout(60)
final class SlowClientsTest {
    private static final int CLIENTS = 200;
    private static final Limits LIMITS = new Limits(100, 1000, 10, 1 << 20, CLIENTS + 20, 1024, 8192, 8);
    private static final Timeouts TIMEOUTS = new Timeouts(
            Duration.ofMillis(800),
            Duration.ofMillis(800),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofMillis(800),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));

    private static boolean serve(String head, java.io.InputStream in, java.io.OutputStream out) throws IOException {
        if (head.startsWith("GET /big")) {
            int bytes = 64 << 20;
            RawBackend.answer(out, "HTTP/1.1 200 OK\r\nContent-Length: " + bytes + "\r\n\r\n");
            byte[] block = new byte[64 << 10];
            for (int sent = 0; sent < bytes; sent += block.length) {
                out.write(block);
            }
            return true;
        }
        if (head.startsWith("POST")) {
            in.readNBytes(1000);
        }
        return RawBackend.ok(out, "good");
    }

    private static List<Socket> crowd(EngineFixture engine, String first) throws IOException {
        List<Socket> all = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), engine.server.port()));
            socket.getOutputStream().write(first.getBytes(StandardCharsets.US_ASCII));
            all.add(socket);
        }
        return all;
    }

    /** Good clients ask on and on until the engine has no other connection left. */
    private static void servesOthersUntilTheyAreGone(EngineFixture engine) throws IOException {
        do {
            try (EngineFixture.Client good = engine.client()) {
                assertThat(good.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").response())
                        .startsWith("HTTP/1.1 200 ")
                        .endsWith("good");
            }
        } while (engine.server.connections() > 1);
    }

    private static void close(List<Socket> all) throws IOException {
        for (Socket socket : all) {
            socket.close();
        }
    }

    private static long count(EngineFixture engine, Outcome outcome) {
        return engine.records.stream().filter(r -> r.outcome() == outcome).count();
    }

    @Test
    void endsThoseWhoSendNoByte() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> serve(head, in, out));
                EngineFixture engine = new EngineFixture(LIMITS, TIMEOUTS, backend.port())) {
            List<Socket> silent = crowd(engine, "");

            servesOthersUntilTheyAreGone(engine);

            for (Socket socket : silent) {
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
            close(silent);
        }
    }

    @Test
    void endsThoseWhoSendAByteOfTheirHeadNowAndThen() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> serve(head, in, out));
                EngineFixture engine = new EngineFixture(LIMITS, TIMEOUTS, backend.port())) {
            List<Socket> slow = crowd(engine, "GET / HTTP/1.1\r\nHost: h\r\nX: ");
            Thread trickle = new Thread(() -> trickle(slow, over), "trickle");
            trickle.start();

            servesOthersUntilTheyAreGone(engine);

            over.countDown();
            trickle.join();
            assertThat(count(engine, Outcome.REQUEST_TIMEOUT)).isEqualTo(CLIENTS);
            close(slow);
        }
    }

    private static void trickle(List<Socket> slow, CountDownLatch over) {
        try {
            while (!over.await(100, TimeUnit.MILLISECONDS)) {
                for (Socket socket : slow) {
                    try {
                        socket.getOutputStream().write('x');
                    } catch (IOException e) {
                        // Ended, as it should be.
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void endsThoseWhoStopInTheMiddleOfTheirBody() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> serve(head, in, out));
                EngineFixture engine = new EngineFixture(LIMITS, TIMEOUTS, backend.port())) {
            List<Socket> stalled = crowd(engine, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nhalf");

            servesOthersUntilTheyAreGone(engine);

            assertThat(count(engine, Outcome.REQUEST_TIMEOUT)).isEqualTo(CLIENTS);
            close(stalled);
        }
    }

    @Test
    void endsThoseWhoSendAByteOfTheirBodyNowAndThen() throws Exception {
        Limits paced = LIMITS.withBodyRate(1000, Duration.ofMillis(400));
        CountDownLatch over = new CountDownLatch(1);
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> serve(head, in, out));
                EngineFixture engine = new EngineFixture(paced, TIMEOUTS, backend.port())) {
            List<Socket> slow = crowd(engine, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n");
            Thread trickle = new Thread(() -> trickle(slow, over), "trickle");
            trickle.start();

            servesOthersUntilTheyAreGone(engine);

            over.countDown();
            trickle.join();
            assertThat(count(engine, Outcome.REQUEST_TIMEOUT)).isEqualTo(CLIENTS);
            close(slow);
        }
    }

    @Test
    void endsThoseWhoNeverReadAndHoldsLittleForThemMeanwhile() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> serve(head, in, out));
                EngineFixture engine = new EngineFixture(LIMITS, TIMEOUTS, backend.port())) {
            List<Socket> deaf = crowd(engine, "GET /big HTTP/1.1\r\nHost: h\r\n\r\n");

            servesOthersUntilTheyAreGone(engine);

            while (count(engine, Outcome.RESPONSE_CUT) < CLIENTS) {
                LockSupport.parkNanos(1_000_000);
            }
            close(deaf);
        }
    }
}
