package io.isochrone.bench.fuzz;

import io.isochrone.bench.peers.Probe;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.read.DeploymentReader;
import io.isochrone.gateway.Gateway;
import io.isochrone.gateway.GatewayOptions;
import io.isochrone.proxy.buffer.LoopBuffer;
import io.isochrone.proxy.runtime.BindFailedException;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends broken messages from both sides through a gateway in this process, a batch at a time; after each, a good request must get its own answer, nothing may be under way, no
 * buffer in use, and nothing have failed inside.
 *
 * <p>Not thread-safe; confined to its owner, except {@link #stop}.
 */
public final class Fuzz {
    private static final int BATCH = 50;
    private static final int LIMIT_MILLIS = 5000;
    private static final long REST_NANOS = 10_000_000_000L;

    /** Bytes of buffers that somebody else in this process held before. */
    private final long heldBefore = held();

    private final Consumer<String> progress;
    private volatile boolean stopped;

    /** {@code progress} is told what happens now. */
    public Fuzz(Consumer<String> progress) {
        this.progress = progress;
    }

    /** Ends it after the batch. */
    public void stop() {
        stopped = true;
    }

    /**
     * What was sent, and what went wrong. Immutable.
     *
     * @param messages how many
     * @param failure what is wrong, with the batch's seed and bytes in hexadecimal; null when nothing is
     */
    public record Result(long messages, @Nullable String failure) {}

    private static Deployment deployment(int port, String scheme) {
        return DeploymentReader.read("fuzz.yaml", """
                service:
                  name: fuzz
                  tier: Developer
                  primary:
                    location: West Europe
                    nodes: ["127.0.0.1:1"]
                apis:
                  - name: good
                    path: /good
                    backends: ["http://127.0.0.1:%1$d/good"]
                  - name: fuzz
                    path: /
                    backends: ["%2$s://127.0.0.1:%1$d"]
                router:
                  timeouts: {upstream-idle: 100ms}
                gateway:
                  event-loops: 1
                  timeouts: {request-head: 300ms, downstream-idle: 500ms, first-byte: 500ms, stream-idle: 500ms, upstream-idle: 100ms, tunnel-idle: 500ms}
                """.formatted(port, scheme));
    }

    /** Goes on until {@code nanos} have passed, or something is wrong. */
    public Result run(long nanos, long seed) throws IOException, BindFailedException, InterruptedException {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        long end = System.nanoTime() + nanos;
        long messages = 0;
        try (FuzzOrigin origin = new FuzzOrigin()) {
            Gateway one = gateway(origin, "http");
            Gateway two = gateway(origin, "h2c");
            try {
                for (long batch = seed; !stopped && System.nanoTime() - end < 0; batch++) {
                    Gateway gateway = batch % 3 == 0 ? two : one;
                    String failure = batch(gateway, gateway == two, origin, batch);
                    messages += BATCH;
                    progress.accept(messages + " messages, seed " + batch);
                    if (failure != null) {
                        return new Result(messages, failure);
                    }
                }
            } finally {
                one.kill();
                two.kill();
            }
        }
        return new Result(messages, null);
    }

    private static Gateway gateway(FuzzOrigin origin, String scheme) throws BindFailedException {
        return Gateway.start(
                deployment(origin.port(), scheme),
                new GatewayOptions("westeurope", new HostPort("127.0.0.1", 0), null, "fuzz-" + scheme, channel -> {}));
    }

    private @Nullable String batch(Gateway gateway, boolean h2Upstream, FuzzOrigin origin, long seed)
            throws InterruptedException {
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            byte[] answer = h2Upstream ? Mutator.frames(false, random) : Mutator.response(random);
            byte[] request = switch (random.nextInt(4)) {
                case 0 -> Mutator.request(random);
                case 1 -> Mutator.frames(true, random);
                default ->
                    "GET /f HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            };
            origin.answerWith(answer);
            sent.add(request);
            sent.add(answer);
            send(gateway.port(), request, random);
        }
        String failure = check(gateway, seed);
        if (failure == null) {
            return null;
        }
        StringBuilder text =
                new StringBuilder(failure + "; repeat with --seed " + seed + "; requests and answers in turn:");
        sent.forEach(bytes -> text.append("\n  ").append(HexFormat.of().formatHex(bytes)));
        return text.toString();
    }

    /** Sends in one or two pieces, reads until the other side ends or says nothing for a moment. */
    private static void send(int port, byte[] request, SplittableRandom random) {
        int cut = random.nextInt(request.length + 1);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(40);
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(request, 0, cut);
            socket.getOutputStream().write(request, cut, request.length - cut);
            byte[] bytes = new byte[4096];
            while (socket.getInputStream().read(bytes) >= 0) {
                // What it says is its own affair, as long as it stays well.
            }
        } catch (IOException e) {
            // Reset or silent: it may.
        }
    }

    private @Nullable String check(Gateway gateway, long seed) throws InterruptedException {
        String good = good(gateway.port(), seed);
        if (good != null) {
            return good;
        }
        long giveUp = System.nanoTime() + REST_NANOS;
        while (value(gateway, "isochrone_requests_in_flight") + value(gateway, "isochrone_connections") > 0
                || held() > heldBefore) {
            if (System.nanoTime() - giveUp > 0) {
                return "left behind: " + value(gateway, "isochrone_requests_in_flight") + " requests, "
                        + value(gateway, "isochrone_connections") + " connections, "
                        + (held() - heldBefore) + " bytes (expected: 0)";
            }
            Probe.pause(10);
        }
        boolean bug = gateway.metrics()
                .scrape()
                .lines()
                .anyMatch(line -> (line.contains("outcome=\"internal\"") || line.contains("fault=\"internal\""))
                        && !line.endsWith(" 0.0"));
        return bug ? "internal: a bug was counted (expected: none; the log has its stack)" : null;
    }

    /** Bytes of buffers that somebody holds; those of the event loops themselves are theirs for as long as they run. */
    private static long held() {
        PooledByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
        return allocator.pinnedDirectMemory() + allocator.pinnedHeapMemory() - LoopBuffer.ownBytes();
    }

    /** What is wrong with the answer to a good request, or null. */
    private static @Nullable String good(int port, long seed) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(LIMIT_MILLIS);
            String request = "GET /good?seed" + seed + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            boolean right = answer.startsWith("HTTP/1.1 200 ") && answer.endsWith("\r\n\r\nseed" + seed);
            return right ? null : "good request: \"" + answer + "\" (expected: its own answer)";
        } catch (IOException e) {
            return "good request: " + e.getMessage() + " (expected: its own answer)";
        }
    }

    private static double value(Gateway gateway, String name) {
        return gateway.metrics()
                .scrape()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .sum();
    }
}
