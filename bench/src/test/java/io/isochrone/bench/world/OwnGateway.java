package io.isochrone.bench.world;

import io.isochrone.bench.peers.Child;
import io.isochrone.bench.peers.Children;
import io.isochrone.bench.peers.Probe;
import io.isochrone.bench.soak.SoakMain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A gateway as a process of its own, with limits of its own. Not thread-safe; confined to its test. */
final class OwnGateway implements AutoCloseable {
    static final String STATUS = "/status-0123456789abcdef";

    private static final long READY_NANOS = 60_000_000_000L;

    final int port;
    final int admin;
    private final Children children = new Children();
    private final Child child;

    /**
     * Starts a gateway before one backend and waits until it serves.
     *
     * @param shell what a shell does before, such as {@code ulimit -n 512}
     * @param flags of the JVM
     */
    OwnGateway(Path folder, int backend, String shell, List<String> flags) throws IOException, InterruptedException {
        port = Probe.freePort();
        admin = Probe.freePort();
        Path config = Files.writeString(folder.resolve("gateway.yaml"), """
                service:
                  name: own
                  tier: Developer
                  primary:
                    location: West Europe
                    nodes: ["127.0.0.1:%d"]
                apis:
                  - name: all
                    path: /
                    backends: ["http://127.0.0.1:%d"]
                """.formatted(port, backend));
        List<String> command = new ArrayList<>(List.of(
                "bash",
                "-c",
                shell + "; exec \"$@\"",
                "gateway",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dio.netty.leakDetection.level=advanced"));
        command.addAll(flags);
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        if (Runtime.version().feature() >= 23) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), SoakMain.class.getName()));
        command.addAll(List.of("gateway", "--config", config.toString(), "--region", "westeurope"));
        command.addAll(List.of("--listen", "127.0.0.1:" + port, "--admin", "127.0.0.1:" + admin, "--no-warm-up"));
        child = children.start(command, folder);
        long giveUp = System.nanoTime() + READY_NANOS;
        while (Probe.status(admin, "/health") != 200) {
            if (!child.isAlive() || System.nanoTime() - giveUp > 0) {
                String message = child.message();
                close();
                throw new IOException("gateway: " + message + " (expected: it serves within a minute)");
            }
            Probe.pause(20);
        }
    }

    boolean isAlive() {
        return child.isAlive();
    }

    /** What it logged. */
    String output() throws IOException {
        return child.output();
    }

    /** The value of a metric without labels. */
    double metric(String name) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), admin)) {
            String request = "GET /metrics HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String page = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String line = page.lines()
                    .filter(each -> each.startsWith(name + " "))
                    .findFirst()
                    .orElseThrow(() -> new IOException(name + ": not there (expected: a metric)"));
            return Double.parseDouble(line.substring(name.length() + 1));
        }
    }

    /** Waits until a metric is at most that. */
    void awaitAtMost(String name, double most) throws IOException, InterruptedException {
        while (metric(name) > most) {
            Probe.pause(20);
        }
    }

    @Override
    public void close() {
        children.stopAll();
    }
}
