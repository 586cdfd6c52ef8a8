package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.isochrone.bench.cli.IsochroneMain;
import io.isochrone.config.wire.Snapshot;
import io.isochrone.config.wire.SnapshotId;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway and a router, each a process that is fed by a control plane, which then dies, and so do they. */
@Tag("system")
@Timeout(120)
final class FedNodesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Process> processes = new ArrayList<>();
    private final Map<String, String> polls = new ConcurrentHashMap<>();
    private final Map<String, String> reports = new ConcurrentHashMap<>();
    private volatile Snapshot offered = new Snapshot(new SnapshotId(1, 1), new TreeMap<>());
    private HttpsServer control;
    private HttpServer backend;
    private volatile String gatewayAddress = "";

    @BeforeEach
    void start() throws Exception {
        X509Bundle authority = new CertificateBuilder()
                .ecp256()
                .subject("CN=Test CA")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        X509Bundle own = new CertificateBuilder()
                .ecp256()
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .buildIssuedBy(authority);
        Files.writeString(folder.resolve("ca.pem"), authority.getCertificatePEM());
        Files.writeString(folder.resolve("token"), "token\n");
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.toKeyManagerFactory().getKeyManagers(), null, null);
        control = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        control.setHttpsConfigurator(new HttpsConfigurator(context));
        control.setExecutor(threads);
        control.createContext("/nodes/v1/poll", this::poll);
        control.createContext("/nodes/v1/report", exchange -> {
            String body = body(exchange);
            reports.put(JSON.readTree(body).path("kind").asText(), body);
            send(exchange, 200, "{\"reportSeconds\":0.2}");
        });
        control.start();
        backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        backend.createContext("/", exchange -> send(exchange, 200, "hello"));
        backend.setExecutor(threads);
        backend.start();
    }

    @AfterEach
    void stop() {
        processes.forEach(Process::destroyForcibly);
        control.stop(0);
        backend.stop(0);
        threads.shutdownNow();
    }

    private static String body(HttpExchange exchange) throws IOException {
        return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void poll(HttpExchange exchange) throws IOException {
        String body = body(exchange);
        var node = JSON.readTree(body);
        polls.put(node.path("kind").asText(), body);
        if (node.path("kind").asText().equals("gateway")) {
            gatewayAddress = node.path("address").asText();
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        while (node.path("have").path("version").asLong() == offered.id().version() && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
        Snapshot now = offered;
        if (now.items().isEmpty()
                || node.path("have").path("version").asLong() == now.id().version()) {
            exchange.getResponseHeaders().set("Isochrone-Waiting", now.items().isEmpty() ? "not yet" : "");
            send(exchange, 204, "");
            return;
        }
        ObjectNode answer = JSON.createObjectNode();
        answer.put("epoch", now.id().epoch()).put("version", now.id().version()).put("checksum", now.checksum());
        ObjectNode items = answer.putObject("items");
        now.items().forEach(items::put);
        send(exchange, 200, answer.toString());
    }

    private void offer(long version, String... goodKeys) throws Exception {
        TreeMap<String, String> items = new TreeMap<>();
        items.put(
                "service",
                "{\"name\":\"contoso\",\"tier\":\"Premium\",\"hop-secret\":\"0123456789abcdef\",\"primary\":"
                        + "{\"location\":\"westeurope\",\"nodes\":[\"" + gatewayAddress + "\"]},"
                        + "\"additional-locations\":[{\"location\":\"eastus\"}]}");
        items.put("router", "{\"listen\":\"127.0.0.1:0\",\"admin\":\"127.0.0.1:0\",\"trusted-proxies\":[]}");
        items.put("gateway", "{\"trusted-proxies\":[\"127.0.0.0/8\"]}");
        items.put(
                "apis/echo",
                "{\"name\":\"echo\",\"path\":\"/echo\",\"subscription-required\":true,\"backends\":[\"http://127.0.0.1:"
                        + backend.getAddress().getPort() + "\"]}");
        for (String key : goodKeys) {
            String hash = HexFormat.of()
                    .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                            .digest(key.getBytes(StandardCharsets.UTF_8)));
            items.put(
                    "subscriptions/" + key,
                    "{\"name\":\"" + key + "\",\"apis\":\"all\",\"key-hashes\":[\"" + hash + "\"]}");
        }
        offered = new Snapshot(new SnapshotId(1, version), items);
    }

    /** Starts a node and hands on what it says. */
    private BlockingQueue<String> node(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Duser.home=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                IsochroneMain.class.getName()));
        command.addAll(List.of(args));
        command.addAll(List.of(
                "--no-warm-up",
                "--control",
                "https://localhost:" + control.getAddress().getPort(),
                "--token-file",
                folder.resolve("token").toString(),
                "--control-ca",
                folder.resolve("ca.pem").toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        processes.add(process);
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        threads.execute(() -> {
            try (BufferedReader in =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    lines.add(line);
                }
            } catch (IOException e) { // the process ended
            }
        });
        return lines;
    }

    private static int portOf(BlockingQueue<String> lines, String start) throws InterruptedException {
        for (String line = ""; line != null; line = lines.poll(30, TimeUnit.SECONDS)) {
            if (line.startsWith(start)) {
                return Integer.parseInt(line.substring(start.length()).split(",", 2)[0]);
            }
        }
        throw new AssertionError("no line that begins with " + start);
    }

    private int get(int port, String key) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/echo"))
                .timeout(Duration.ofSeconds(5))
                .header("Ocp-Apim-Subscription-Key", key)
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** P14, P26: both are killed while the control plane is away, and serve again by what they ran; a revoked key stays revoked. */
    @Test
    void serveWithoutControlPlaneWhatTheyRanLast() throws Exception {
        BlockingQueue<String> gateway = node("gateway", "--region", "West Europe", "--listen", "127.0.0.1:0");
        await("the gateway waits", () -> !gatewayAddress.isEmpty());
        assertThat(polls.get("gateway")).contains("\"region\":\"westeurope\"").contains("\"state\":\"starting\"");
        offer(1, "a", "b");
        int gatewayPort = portOf(gateway, "gateway of West Europe on port ");
        assertThat("127.0.0.1:" + gatewayPort).isEqualTo(gatewayAddress);
        BlockingQueue<String> router = node("router");
        int routerPort = portOf(router, "router on port ");
        await("both keys open", () -> get(routerPort, "a") == 200 && get(routerPort, "b") == 200);
        await(
                "the router reports",
                () -> reports.getOrDefault("router", "").contains("{\"region\":\"westeurope\",\"state\":\"healthy\""));
        assertThat(reports.get("router"))
                .contains("\"map\":[{")
                .contains("\"region\":\"eastus\",\"state\":\"unhealthy\"");

        offer(2, "b");
        await("the gateway says that it runs it", () -> reports.get("gateway").contains("\"version\":2"));
        assertThat(get(routerPort, "a")).isEqualTo(401);
        assertThat(get(gatewayPort, "a")).isEqualTo(401);
        await("the router runs it", () -> reports.get("router").contains("\"version\":2"));

        control.stop(0);
        assertThat(get(routerPort, "b")).isEqualTo(200);
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        long killed = System.nanoTime();
        portOf(
                node("gateway", "--region", "westeurope", "--listen", "127.0.0.1:" + gatewayPort),
                "gateway of westeurope on port ");
        int again = portOf(node("router"), "router on port ");
        await("served again", () -> get(again, "b") == 200);

        assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(15));
        assertThat(get(again, "a")).isEqualTo(401);
    }
}
