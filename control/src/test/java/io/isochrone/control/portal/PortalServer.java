package io.isochrone.control.portal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.control.arm.ArmException;
import io.isochrone.control.http.Caller;
import io.isochrone.control.http.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The portal over TLS on loopback, with a scripted service and fleet behind it. Thread-safe. */
final class PortalServer implements AutoCloseable {
    static final String OPERATOR = "operators-token";
    static final String READER = "readers-token";
    static final String NODE = "nodes-token";
    private static final Map<String, Caller> TOKENS = Map.of(
            OPERATOR, new Caller("ada@example.test", Caller.Role.OPERATOR, null, null),
            READER, new Caller("grace", Caller.Role.READER, null, null),
            NODE, new Caller("node", Caller.Role.NODE, "contoso", "westeurope"));
    private static final String PASSWORD = "changeit";

    final ScriptedFleet fleet = new ScriptedFleet();
    volatile ScriptedService service;

    /** Whether the control plane lets pages feed. */
    volatile boolean feeding = true;

    /** Whether feeds that are open say anything. */
    volatile boolean silent;

    private volatile boolean revoked;
    private final HttpsServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final PortalEndpoint portal = new PortalEndpoint(this::caller);
    private final List<HttpExchange> feeds = new CopyOnWriteArrayList<>();
    private final Feed feed;

    PortalServer(ScriptedService service, Path folder, Duration tick) throws Exception {
        this.service = service;
        feed = new Feed(name -> this.service.seen(name), fleet, RegionCatalogue.clouds(), tick);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls(folder)));
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "https://localhost:" + server.getAddress().getPort() + "/portal/";
    }

    /** Ends the feeds that are open. */
    void cut() {
        feeds.forEach(HttpExchange::close);
        feeds.clear();
    }

    /** No token is good from now on, or all are again. */
    void revoke(boolean all) {
        revoked = all;
    }

    private @Nullable Caller caller(String token) {
        return revoked ? null : TOKENS.get(token);
    }

    private void handle(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
        byte[] body = exchange.getRequestBody().readAllBytes();
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/portal/feed")) {
            stream(exchange, headers);
        } else if (path.startsWith(PortalEndpoint.ROOT)) {
            send(exchange, portal.answer(method, path, headers, body));
        } else {
            send(exchange, manage(method, path, headers, body));
        }
    }

    private Reply manage(String method, String path, Map<String, String> headers, byte[] body) {
        String token = Session.token(method, headers);
        Caller caller = token == null ? null : caller(token);
        if (caller == null) {
            return new ArmException(401, "AuthenticationFailed", "Sign in.", null).reply();
        }
        if (!method.equals("GET") && !caller.mayChange()) {
            return new ArmException(403, "AuthorizationFailed", "This token may only read.", null).reply();
        }
        return service.answer(method, path, headers, body);
    }

    private void stream(HttpExchange exchange, Map<String, String> headers) throws IOException {
        String token = Session.token("GET", headers);
        if (token == null || caller(token) == null) {
            send(exchange, Reply.of(401));
            return;
        }
        if (!feeding) {
            send(exchange, Reply.of(503));
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(200, 0);
        feeds.add(exchange);
        OutputStream out = exchange.getResponseBody();
        String query = exchange.getRequestURI().getQuery();
        feed.open(query.substring(query.indexOf('=') + 1), () -> caller(token) != null, new Feed.Sink() {
            @Override
            public CompletionStage<?> send(String events) {
                return CompletableFuture.runAsync(() -> write(out, events), threads);
            }

            @Override
            public void close() {
                exchange.close();
            }
        });
    }

    private void write(OutputStream out, String events) {
        if (silent) {
            return;
        }
        try {
            out.write(events.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        reply.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        byte[] body = reply.body();
        exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    private static SSLContext tls(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
        Path file = folder.resolve("localhost.p12");
        if (!Files.exists(file)) {
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "localhost",
                            "-dname",
                            "CN=localhost",
                            "-ext",
                            "SAN=DNS:localhost",
                            "-keyalg",
                            "EC",
                            "-validity",
                            "2",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            file.toString(),
                            "-storepass",
                            PASSWORD)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IllegalStateException("keytool failed");
            }
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    @Override
    public void close() {
        feed.close();
        server.stop(0);
        threads.shutdownNow();
    }
}
