package io.isochrone.bench.soak;

import io.isochrone.bench.peers.Children;
import io.isochrone.bench.peers.Probe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * A router, two gateways of the region that is nearest, one of another, and two backends, each a process on loopback. Leak detection is on in all.
 *
 * <p>Thread-safe: immutable; its nodes guard themselves.
 */
final class SoakWorld implements AutoCloseable {
    private static final long READY_NANOS = 60_000_000_000L;

    private final Children children = new Children();
    private final Path folder;
    private final List<SoakNode> nodes = new ArrayList<>();
    private final List<SoakNode> backends = new ArrayList<>();
    private final int port;

    private SoakWorld(SoakPlan plan) throws IOException, InterruptedException {
        folder = Files.createTempDirectory("isochrone-soak-");
        FreePorts ports = new FreePorts();
        port = ports.next();
        int[] gateways = {ports.next(), ports.next(), ports.next()};
        int[] origins = {ports.next(), ports.next()};
        int admin = ports.next();
        String config = Files.writeString(folder.resolve("soak.yaml"), config(plan, port, admin, gateways, origins))
                .toString();
        String[] regions = {"westeurope", "westeurope", "eastus"};
        try {
            for (int i = 0; i < origins.length; i++) {
                backends.add(
                        started("backend-" + (i + 1), 0, List.of(), List.of("backend", Integer.toString(origins[i]))));
            }
            List<String> limits = List.of("-Xms" + heap(plan), "-Xmx" + heap(plan));
            nodes.add(started("router", admin, limits, List.of("router", "--config", config, "--no-warm-up")));
            for (int i = 0; i < gateways.length; i++) {
                int own = ports.next();
                nodes.add(started(
                        "gateway-" + (i + 1),
                        own,
                        List.of("-Xms96m", "-Xmx96m"),
                        List.of(
                                "gateway",
                                "--config",
                                config,
                                "--region",
                                regions[i],
                                "--listen",
                                "127.0.0.1:" + gateways[i],
                                "--admin",
                                "127.0.0.1:" + own,
                                "--no-warm-up")));
            }
            awaitServing();
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private static String heap(SoakPlan plan) {
        return plan.idle() > 1000 ? "256m" : "128m";
    }

    /** Starts all processes and waits until they serve. */
    static SoakWorld start(SoakPlan plan) throws IOException, InterruptedException {
        return new SoakWorld(plan);
    }

    /**
     * Ports below those that the system gives to connections: a gateway that is dead for a moment would find a port from there taken when it comes back.
     * Not thread-safe; confined to its owner.
     */
    private static final class FreePorts {
        private static final int LOWEST = 12_000;
        private final SplittableRandom random = new SplittableRandom();
        private final int end;
        private final List<Integer> given = new ArrayList<>();

        FreePorts() throws IOException {
            Path range = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
            int low = Integer.parseInt(Files.readString(range).strip().split("\\s+")[0]);
            end = low > LOWEST + 1000 ? low : 60_000;
        }

        int next() throws IOException {
            for (int tries = 0; tries < 1000; tries++) {
                int port = random.nextInt(LOWEST, end);
                if (!given.contains(port) && isFree(port)) {
                    given.add(port);
                    return port;
                }
            }
            throw new IOException("ports: none of " + LOWEST + " to " + end + " (expected: some are free)");
        }

        private static boolean isFree(int port) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return true;
            } catch (IOException e) {
                return false;
            }
        }
    }

    private static String config(SoakPlan plan, int port, int admin, int[] gateways, int[] backends) {
        int most = plan.idle() + 20 * plan.busy() + 1000;
        return """
                service:
                  name: soak
                  tier: Premium
                  hop-secret: a-secret-of-the-soak
                  primary:
                    location: West Europe
                    nodes: ["127.0.0.1:%d", "127.0.0.1:%d"]
                  additional-locations:
                    - location: East US
                      nodes: ["127.0.0.1:%d"]
                apis:
                  - name: all
                    path: /
                    backends: ["http://127.0.0.1:%d", "http://127.0.0.1:%d"]
                router:
                  listen: 127.0.0.1:%d
                  admin: 127.0.0.1:%d
                  event-loops: 2
                  upstream-protocol: %s
                  timeouts: {downstream-idle: 1h, upstream-idle: 4s, first-byte: 4s, stream-idle: 8s}
                  limits: {max-connections: %d}
                gateway:
                  trusted-proxies: [127.0.0.0/8]
                  event-loops: 2
                  timeouts: {upstream-idle: 4s, first-byte: 3s, stream-idle: 6s}
                """.formatted(
                gateways[0], gateways[1], gateways[2], backends[0], backends[1], port, admin, plan.upstream(), most);
    }

    private SoakNode started(String name, int admin, List<String> limits, List<String> args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-XX:+AlwaysPreTouch",
                "-XX:MaxDirectMemorySize=256m",
                "-Dio.netty.leakDetection.level=advanced"));
        command.addAll(limits.isEmpty() ? List.of("-Xmx128m") : limits);
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        if (Runtime.version().feature() >= 23) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), SoakMain.class.getName()));
        command.addAll(args);
        SoakNode node = new SoakNode(name, admin, command, children, folder);
        node.start();
        return node;
    }

    private void awaitServing() throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + READY_NANOS;
        for (SoakNode node : nodes) {
            while (Probe.status(node.admin(), "/health") != 200) {
                if (!node.isAlive() || System.nanoTime() - giveUp > 0) {
                    throw new IOException(node.name() + ": " + node.message() + " (expected: it serves in a minute)");
                }
                children.check();
                Probe.pause(50);
            }
        }
        while (Probe.status(port, "/soak?bytes=10") != 200) {
            if (System.nanoTime() - giveUp > 0) {
                throw new IOException("router: does not answer (expected: 200 through a gateway)");
            }
            Probe.pause(50);
        }
    }

    /** Where clients connect. */
    int port() {
        return port;
    }

    /** Router and gateways. */
    List<SoakNode> nodes() {
        return List.copyOf(nodes);
    }

    /** All processes. */
    List<SoakNode> all() {
        return Stream.concat(nodes.stream(), backends.stream()).toList();
    }

    /** The gateway that is frozen now and then. */
    SoakNode frozen() {
        return nodes.get(1);
    }

    /** The gateway that is killed now and then. */
    SoakNode killed() {
        return nodes.get(2);
    }

    /** Ends every process and removes the files. */
    @Override
    public void close() throws IOException {
        children.stopAll();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
