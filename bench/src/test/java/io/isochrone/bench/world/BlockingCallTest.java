package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.HostPort;
import io.isochrone.proxy.runtime.Transport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.blockhound.BlockHound;

/** No event loop of a world ever blocks: BlockHound reports every blocking call of the JDK on a thread that Netty calls its own. */
@Tag("system")
@Timeout(60)
final class BlockingCallTest {
    private static final String LIMA = "190.234.175.221";
    private static final Queue<String> BLOCKED = new ConcurrentLinkedQueue<>();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeAll
    static void install() {
        BlockHound.builder()
                .loadIntegrations() // Netty's: its loops are non-blocking threads, its own waits for work are allowed
                // the admin port's workers come from Netty's thread factory but are no loop: waiting is what they are
                // for
                .nonBlockingThreadPredicate(
                        loops -> loops.and(thread -> !thread.getName().startsWith("admin-worker")))
                .blockingMethodCallback(method -> {
                    StringWriter stack = new StringWriter();
                    new IllegalStateException(Thread.currentThread().getName() + ": " + method)
                            .printStackTrace(new PrintWriter(stack));
                    BLOCKED.add(stack.toString());
                })
                .install();
    }

    @BeforeEach
    void forget() {
        BLOCKED.clear();
    }

    private static int send(int port, String method, String path, byte[] body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(5))
                .header("X-Forwarded-For", LIMA)
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray()).statusCode();
    }

    private static String malformed(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a b\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void aLoopThatBlocksIsReported() {
        Transport transport = Transport.start("router", 1);
        try {
            transport.loops().next().submit(() -> LockSupport.parkNanos(1)).awaitUninterruptibly();
        } finally {
            transport.close();
        }

        assertThat(List.copyOf(BLOCKED)).anyMatch(stack -> stack.contains("router-") && stack.contains("park"));
    }

    @Test
    void requestsOfEveryKindBlockNoLoop() throws Exception {
        HostPort free = new HostPort("127.0.0.1", 0);
        try (World world = World.start(new WorldOptions(free, free, false))) {
            assertThat(send(world.port(), "GET", "/hello", new byte[0])).isEqualTo(200);
            assertThat(send(world.port(), "POST", "/echo", new byte[10])).isLessThan(500);
            assertThat(send(world.port(), "POST", "/echo", new byte[1 << 20])).isLessThan(500);
            assertThat(send(world.port(), "GET", "/status-0123456789abcdef", new byte[0]))
                    .isLessThan(500);
            assertThat(malformed(world.port())).isEqualTo("HTTP/1.1 400");
            world.offline(WorldNames.find("brazilsouth"));
            assertThat(send(world.port(), "GET", "/hello", new byte[0])).isEqualTo(200);
            world.online(WorldNames.find("brazilsouth"));
            assertThat(send(world.port(), "GET", "/hello", new byte[0])).isEqualTo(200);
            assertThat(send(world.adminPort(), "GET", "/explain?client=" + LIMA, new byte[0]))
                    .isEqualTo(200);
            assertThat(send(world.adminPort(), "GET", "/metrics", new byte[0])).isEqualTo(200);
        }

        assertThat(List.copyOf(BLOCKED)).isEmpty();
    }
}
