package io.isochrone.config.source;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.isochrone.config.wire.Snapshot;
import io.isochrone.config.wire.SnapshotChange;
import io.isochrone.config.wire.SnapshotId;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A control plane that answers polls by a script: what is next in line, and 204 when nothing is. Thread-safe. */
final class ScriptedControl implements AutoCloseable {
    /** What to do with a poll. */
    interface Act {
        void answer(HttpExchange exchange) throws IOException;
    }

    final BlockingQueue<Act> script = new LinkedBlockingQueue<>();
    final BlockingQueue<String> polls = new LinkedBlockingQueue<>();
    final BlockingQueue<String> reports = new LinkedBlockingQueue<>();
    volatile String token = "secret-token";
    volatile String seconds = "0.05";
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpsServer server;

    private ScriptedControl(HttpsServer server) {
        this.server = server;
    }

    /** Writes the authority of a new certificate for localhost to {@code ca} and starts. */
    static ScriptedControl start(Path ca) throws Exception {
        return start(ca, "localhost", 0);
    }

    static ScriptedControl start(Path ca, String name, int port) throws Exception {
        X509Bundle authority = new CertificateBuilder()
                .ecp256()
                .subject("CN=Test CA")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        X509Bundle own = new CertificateBuilder()
                .ecp256()
                .subject("CN=" + name)
                .addSanDnsName(name)
                .buildIssuedBy(authority);
        Files.writeString(ca, authority.getCertificatePEM());
        KeyManagerFactory keys = own.toKeyManagerFactory();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        ScriptedControl control = new ScriptedControl(server);
        server.setExecutor(control.threads);
        server.createContext("/nodes/v1/poll", control::poll);
        server.createContext("/nodes/v1/report", control::report);
        server.start();
        return control;
    }

    URI url() {
        return URI.create("https://localhost:" + server.getAddress().getPort());
    }

    private boolean isAllowed(HttpExchange exchange) {
        return ("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"));
    }

    private void poll(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (!isAllowed(exchange)) {
            send(exchange, 401, "");
            return;
        }
        polls.add(body);
        try {
            Act act = script.poll(50, TimeUnit.MILLISECONDS);
            if (act == null) {
                exchange.sendResponseHeaders(204, -1);
                exchange.close();
            } else {
                act.answer(exchange);
            }
        } catch (InterruptedException e) {
            exchange.close();
        }
    }

    private void report(HttpExchange exchange) throws IOException {
        reports.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        send(exchange, isAllowed(exchange) ? 200 : 401, "{\"reportSeconds\":" + seconds + "}");
    }

    static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
        exchange.close();
    }

    /** Answers the next poll with this. */
    void next(int status, String body) {
        script.add(exchange -> send(exchange, status, body));
    }

    /** Offers it whole. */
    void offer(Snapshot snapshot) {
        next(200, new String(ControlText.whole(snapshot), StandardCharsets.UTF_8));
    }

    /** Offers it whole, with the mark that removing locations is meant. */
    void force(Snapshot snapshot) {
        String whole = new String(ControlText.whole(snapshot), StandardCharsets.UTF_8);
        next(200, "{\"force\":true," + whole.substring(1));
    }

    /** Offers the way from one to another. */
    void change(Snapshot from, Snapshot to) {
        SnapshotChange change = to.since(from);
        StringBuilder out = new StringBuilder();
        out.append("{\"epoch\":").append(to.id().epoch());
        out.append(",\"version\":").append(to.id().version());
        out.append(",\"checksum\":\"").append(change.checksum());
        out.append("\",\"from\":{\"epoch\":").append(from.id().epoch());
        out.append(",\"version\":").append(from.id().version()).append("},\"set\":{");
        String comma = "";
        for (Map.Entry<String, String> item : change.set().entrySet()) {
            out.append(comma).append('"').append(item.getKey()).append("\":\"");
            out.append(item.getValue().replace("\\", "\\\\").replace("\"", "\\\""))
                    .append('"');
            comma = ",";
        }
        out.append("},\"removed\":[");
        comma = "";
        for (String key : change.removed()) {
            out.append(comma).append('"').append(key).append('"');
            comma = ",";
        }
        next(200, out.append("]}").toString());
    }

    /** Keeps the next poll until the end. */
    void hang() {
        script.add(exchange -> awaitClose());
    }

    void awaitClose() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A snapshot of these APIs in these locations, of which the first is the primary one. */
    static Snapshot snapshot(long version, String apis, String... locations) {
        TreeMap<String, String> items = new TreeMap<>();
        StringBuilder service = new StringBuilder(
                        "{\"name\":\"contoso\",\"tier\":\"Premium\",\"primary\":{\"location\":\"")
                .append(locations[0])
                .append("\"},\"additional-locations\":[");
        for (int i = 1; i < locations.length; i++) {
            service.append(i == 1 ? "" : ",")
                    .append("{\"location\":\"")
                    .append(locations[i])
                    .append("\"}");
        }
        items.put("service", service.append("]}").toString());
        for (String api : apis.split(" ")) {
            items.put(
                    "apis/" + api,
                    "{\"name\":\"" + api + "\",\"path\":\"/" + api + "\",\"backends\":[\"http://127.0.0.1:1\"]}");
        }
        return new Snapshot(new SnapshotId(1, version), items);
    }

    /** Waits until it holds, for 10 s at most. */
    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("did not come true: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
