package io.isochrone.bench.world;

import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Region;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** HAProxy or nginx in the place of our router, in a folder of its own below the system's temporary one. Thread-safe: immutable. */
final class PeerProcess implements AutoCloseable {
    private static final long READY_NANOS = 10_000_000_000L;

    private final Process process;
    private final Path folder;
    private final int port;

    private PeerProcess(Process process, Path folder, int port) {
        this.process = process;
        this.folder = folder;
        this.port = port;
    }

    /** Starts {@code front} and waits until it accepts. Throws IOException when its executable is missing or it does not start. */
    static PeerProcess start(Front front, Map<String, List<Region>> orders, Map<String, List<HostPort>> nodes)
            throws IOException, InterruptedException {
        String executable = executable(front);
        PeerConfigs.Plan plan = new PeerConfigs.Plan(freePort(), orders, nodes);
        Path folder = Files.createTempDirectory("isochrone-" + front.word() + "-");
        List<String> command = front == Front.HAPROXY
                ? List.of(executable, "-f", haproxy(folder, plan).toString())
                : List.of(
                        executable,
                        "-p",
                        folder.toString(),
                        "-c",
                        nginx(folder, plan).toString());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.log").toFile())
                .start();
        PeerProcess started = new PeerProcess(process, folder, plan.port());
        try {
            started.awaitAccepting(front);
            return started;
        } catch (IOException | InterruptedException e) {
            started.close();
            throw e;
        }
    }

    private static String executable(Front front) throws IOException {
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
        for (String folder : path.split(File.pathSeparator, -1)) {
            Path file = Path.of(folder, front.word());
            if (Files.isExecutable(file)) {
                return file.toString();
            }
        }
        throw new IOException(
                front.word() + ": not found (expected: on PATH; on Debian, apt-get install " + front.word() + ")");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Path haproxy(Path folder, PeerConfigs.Plan plan) throws IOException {
        Path map = Files.writeString(folder.resolve("orders.map"), PeerConfigs.haproxyMap(plan));
        return Files.writeString(folder.resolve("haproxy.cfg"), PeerConfigs.haproxy(plan, map.toString()));
    }

    private static Path nginx(Path folder, PeerConfigs.Plan plan) throws IOException {
        return Files.writeString(folder.resolve("nginx.conf"), PeerConfigs.nginx(plan));
    }

    private void awaitAccepting(Front front) throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + READY_NANOS;
        while (!accepts()) {
            if (!process.isAlive() || System.nanoTime() - giveUp > 0) {
                throw new IOException(front.word() + ": did not start: "
                        + Files.readString(folder.resolve("output.log")).strip());
            }
            StatusCheck.pause();
        }
    }

    private boolean accepts() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Where clients connect. */
    int port() {
        return port;
    }

    /** Stops it, waiting up to 5 s, and removes its folder. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            // What is left in the temporary folder harms nobody.
        }
    }
}
