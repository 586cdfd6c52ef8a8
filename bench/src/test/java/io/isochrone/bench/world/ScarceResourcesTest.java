package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.bench.fault.LedgerBackend;
import io.isochrone.bench.peers.Probe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** P43, P23: gateways that have few file descriptors or little memory, and more clients than that bears. */
@Tag("system")
@Timeout(120)
final class ScarceResourcesTest {
    @TempDir
    private Path folder;

    private static SocketChannel connected(int port) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.socket().setReceiveBufferSize(8192);
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return channel;
    }

    private static void closeAll(List<SocketChannel> all) throws IOException {
        for (SocketChannel channel : all) {
            channel.close();
        }
    }

    /** Whether a request on an open connection is answered; false when the other side closed it. */
    private static boolean isServed(SocketChannel channel) throws IOException {
        Socket socket = channel.socket();
        socket.setSoTimeout(10_000);
        try {
            socket.getOutputStream()
                    .write("GET /who?x HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] line = socket.getInputStream().readNBytes(12);
            return new String(line, StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (SocketException e) {
            return false;
        }
    }

    @Test
    void livesWithFewDescriptorsAnswersOperatorsAndComesBackWhenClientsLeave() throws Exception {
        try (LedgerBackend backend = LedgerBackend.start("b");
                OwnGateway gateway = new OwnGateway(folder, backend.port(), "ulimit -n 512", List.of())) {
            List<SocketChannel> all = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                all.add(connected(gateway.port));
            }

            String refused = "isochrone_connections_refused_total{reason=\"all\"}";
            while (gateway.metric(refused) + gateway.metric("isochrone_connections") < all.size()) {
                assertThat(gateway.isAlive()).as(gateway.output()).isTrue();
            }
            assertThat(isServed(all.get(1999))).isFalse();
            assertThat(isServed(all.get(0))).isTrue();
            assertThat(isServed(all.get(50))).isTrue();
            all.add(connected(gateway.port)); // the first is idle longest and makes room
            assertThat(isServed(all.get(2000))).isTrue();
            assertThat(isServed(all.get(51))).isTrue();
            assertThat(gateway.metric("isochrone_connections_displaced_total")).isEqualTo(1);
            assertThat(gateway.isAlive()).isTrue();
            assertThat(Probe.status(gateway.admin, "/health")).isEqualTo(200);
            assertThat(gateway.metric("isochrone_connections")).isBetween(100.0, 384.0);
            assertThat(gateway.output())
                    .containsPattern("file descriptors bound client connections bound=[12]\\d\\d limit=512")
                    .doesNotContain("Too many open files");

            closeAll(all);
            gateway.awaitAtMost("isochrone_connections", 0);
            assertThat(Probe.status(gateway.port, OwnGateway.STATUS)).isEqualTo(200);
            assertThat(Probe.status(gateway.port, "/who?x")).isEqualTo(200);
        }
    }

    /** Each sends until nobody takes more: the backend reads nothing. */
    @Test
    void holdsLittleForFiveHundredUploadsThatNobodyTakes() throws Exception {
        // Twice what may be held: on a busy machine the allocator's chunks are half empty at their worst.
        List<String> little = List.of("-XX:MaxDirectMemorySize=192m");
        int most = 96 << 20;
        try (ServerSocket deaf = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
                OwnGateway gateway = new OwnGateway(folder, deaf.getLocalPort(), ":", little)) {
            List<SocketChannel> uploads = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                SocketChannel channel = connected(gateway.port);
                channel.write(ByteBuffer.wrap("POST /upload HTTP/1.1\r\nHost: h\r\nContent-Length: 104857600\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII)));
                channel.configureBlocking(false);
                uploads.add(channel);
            }

            ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
            int quiet = 0;
            while (quiet < 20) {
                long sent = 0;
                for (SocketChannel channel : uploads) {
                    sent += channel.write(buffer.clear());
                }
                quiet = sent == 0 ? quiet + 1 : 0;
                assertThat(gateway.isAlive()).as(gateway.output()).isTrue();
                assertThat(gateway.metric("isochrone_direct_memory_pinned_bytes"))
                        .isLessThan(most);
            }

            assertThat(gateway.metric("isochrone_requests_in_flight")).isEqualTo(500);
            assertThat(Probe.status(gateway.port, OwnGateway.STATUS)).isEqualTo(200);
            closeAll(uploads);
            gateway.awaitAtMost("isochrone_requests_in_flight", 0);
            gateway.awaitAtMost("isochrone_direct_memory_pinned_bytes", 64 << 10);
            assertThat(gateway.output()).doesNotContain("OutOf", "LEAK", " ERROR ");
        }
    }

    @Test
    void holdsLittleForFiveHundredClientsThatReadSlowly() throws Exception {
        List<String> little = List.of("-XX:MaxDirectMemorySize=128m");
        try (LedgerBackend backend = LedgerBackend.start("b");
                OwnGateway gateway = new OwnGateway(folder, backend.port(), ":", little)) {
            List<SocketChannel> slow = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                SocketChannel channel = connected(gateway.port);
                channel.write(ByteBuffer.wrap(
                        "GET /big?bytes=104857600 HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
                channel.configureBlocking(false);
                slow.add(channel);
            }

            ByteBuffer buffer = ByteBuffer.allocate(10_240);
            for (int round = 0; round < 40; round++) {
                for (SocketChannel channel : slow) {
                    assertThat(channel.read(buffer.clear())).isNotNegative();
                }
                while (round % 10 == 0 && Probe.status(gateway.port, "/who?x") != 200) {
                    assertThat(gateway.isAlive()).as(gateway.output()).isTrue();
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }

            assertThat(gateway.isAlive()).isTrue();
            assertThat(gateway.metric("isochrone_requests_in_flight")).isEqualTo(500);
            assertThat(gateway.metric("isochrone_direct_memory_pinned_bytes"))
                    .isLessThan(500 * (64 << 10) * 2 + (1 << 20));
            closeAll(slow);
            gateway.awaitAtMost("isochrone_requests_in_flight", 0);
            gateway.awaitAtMost("isochrone_direct_memory_pinned_bytes", 64 << 10);
            assertThat(gateway.output()).doesNotContain("OutOf", "LEAK", " ERROR ");
        }
    }
}
