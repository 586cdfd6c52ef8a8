package io.isochrone.control.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A cluster of real etcd members on loopback. Not thread-safe; confined to one test. */
final class EtcdCluster implements AutoCloseable {
    private static final String PROGRAM = System.getProperty("isochrone.etcd", "etcd");
    private static final Duration BOUND = Duration.ofSeconds(30);

    private final Path folder;
    private final List<String> more;
    private final int[] clientPorts;
    private final int[] peerPorts;
    private final int[] healthPorts;
    private final String scheme;
    private final Process[] members;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private EtcdCluster(Path folder, int size, List<String> more) throws IOException {
        this.folder = folder;
        this.more = more;
        this.clientPorts = new int[size];
        this.peerPorts = new int[size];
        this.healthPorts = new int[size];
        this.scheme = more.stream().anyMatch(each -> each.startsWith("--cert-file")) ? "https" : "http";
        this.members = new Process[size];
        List<ServerSocket> held = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            clientPorts[i] = free(held);
            peerPorts[i] = free(held);
            healthPorts[i] = free(held);
        }
        for (ServerSocket each : held) {
            each.close();
        }
    }

    /** Starts {@code size} members with these arguments besides and waits until they have a leader. */
    static EtcdCluster start(Path folder, int size, String... more) throws IOException {
        EtcdCluster cluster = new EtcdCluster(folder, size, List.of(more));
        try {
            for (int i = 0; i < size; i++) {
                cluster.start(i);
            }
            for (int i = 0; i < size; i++) {
                cluster.awaitHealthy(i);
            }
            return cluster;
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    List<URI> endpoints() {
        List<URI> all = new ArrayList<>();
        for (int i = 0; i < members.length; i++) {
            all.add(endpoint(i));
        }
        return all;
    }

    URI endpoint(int member) {
        return URI.create(scheme + "://127.0.0.1:" + clientPorts[member]);
    }

    int leader() {
        long end = System.nanoTime() + BOUND.toNanos();
        while (System.nanoTime() - end < 0) {
            for (int i = 0; i < members.length; i++) {
                if (members[i].isAlive()) {
                    JsonNode status = post(i, "/v3/maintenance/status", "{}");
                    if (status.hasNonNull("leader")
                            && status.path("leader")
                                    .equals(status.path("header").path("member_id"))) {
                        return i;
                    }
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        throw new AssertionError("no leader within " + BOUND);
    }

    void start(int member) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < members.length; i++) {
            all.append(i == 0 ? "" : ",")
                    .append("m")
                    .append(i)
                    .append("=http://127.0.0.1:")
                    .append(peerPorts[i]);
        }
        String peer = "http://127.0.0.1:" + peerPorts[member];
        List<String> command = new ArrayList<>(List.of(
                PROGRAM,
                "--name=m" + member,
                "--data-dir=" + folder.resolve("m" + member),
                "--listen-client-urls=" + endpoint(member),
                "--advertise-client-urls=" + endpoint(member),
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=" + all,
                "--listen-metrics-urls=http://127.0.0.1:" + healthPorts[member],
                "--initial-cluster-state=new",
                "--heartbeat-interval=100",
                "--election-timeout=1000",
                "--logger=zap",
                "--log-level=error"));
        command.addAll(more);
        try {
            members[member] = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("m" + member + ".log").toFile())
                    .start();
        } catch (IOException e) {
            throw new AssertionError(
                    "etcd: cannot be started (expected: apt-get install etcd-server, or -Disochrone.etcd=PROGRAM)", e);
        }
    }

    void awaitHealthy(int member) {
        long end = System.nanoTime() + BOUND.toNanos();
        while (System.nanoTime() - end < 0) {
            if (!members[member].isAlive()) {
                throw new AssertionError("etcd member " + member + " ended with " + members[member].exitValue());
            }
            if (health(member).path("health").asText().equals("true")) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        throw new AssertionError("etcd member " + member + " is not well within " + BOUND);
    }

    /** SIGKILL. */
    void kill(int member) {
        try {
            members[member].destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** SIGSTOP: connections are accepted and nothing answers. */
    void freeze(int member) {
        signal(member, "STOP");
    }

    void thaw(int member) {
        signal(member, "CONT");
    }

    /** What a call answers; an empty object when it fails. */
    JsonNode post(int member, String path, String body) {
        return send(
                HttpRequest.newBuilder(endpoint(member).resolve(path)).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    @Override
    public void close() {
        for (int i = 0; i < members.length; i++) {
            if (members[i] != null) {
                kill(i);
            }
        }
    }

    private JsonNode health(int member) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + healthPorts[member] + "/health")));
    }

    private JsonNode send(HttpRequest.Builder request) {
        try {
            String body = http.send(
                            request.timeout(Duration.ofSeconds(2)).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            return new ObjectMapper().readTree(body);
        } catch (IOException e) {
            return new ObjectMapper().createObjectNode();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ObjectMapper().createObjectNode();
        }
    }

    private void signal(int member, String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(members[member].pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int free(List<ServerSocket> held) throws IOException {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        held.add(socket);
        return socket.getLocalPort();
    }
}
