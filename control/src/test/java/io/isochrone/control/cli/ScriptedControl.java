package io.isochrone.control.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A control plane that answers by a script: for each call the next of its answers, the last one again and again; 404 without any.
 *
 * <p>Thread-safe.
 */
final class ScriptedControl implements AutoCloseable {
    private final HttpsServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Queue<Scripted>> script = new HashMap<>();
    private final List<Seen> seen = new ArrayList<>();

    /** An answer; {@code BASE} in it becomes this server's address. A status of 0 closes the connection instead. */
    record Scripted(int status, Map<String, String> headers, String body) {
        static Scripted of(int status, String body) {
            return new Scripted(status, Map.of(), body);
        }

        Scripted with(String name, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(name, value);
            return new Scripted(status, more, body);
        }
    }

    /** A call that came. */
    record Seen(String call, String query, String body, String token, String ifMatch) {}

    private ScriptedControl(HttpsServer server) {
        this.server = server;
    }

    static ScriptedControl start(TestCertificate certificate) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setHttpsConfigurator(new HttpsConfigurator(certificate.server()));
        ScriptedControl control = new ScriptedControl(server);
        server.setExecutor(control.threads);
        server.createContext("/", control::answer);
        server.start();
        return control;
    }

    String url() {
        return "https://localhost:" + server.getAddress().getPort();
    }

    /** What a call such as {@code GET /subscriptions} is answered, one after the other. */
    synchronized void on(String call, Scripted... answers) {
        script.put(call, new ArrayDeque<>(List.of(answers)));
    }

    synchronized void on(String call, int status, String body) {
        on(call, Scripted.of(status, body));
    }

    /** The calls that came with this method and path. */
    synchronized List<Seen> calls(String call) {
        return seen.stream().filter(each -> each.call().equals(call)).toList();
    }

    synchronized List<Seen> calls() {
        return List.copyOf(seen);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String call =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Scripted answer = next(
                call,
                new Seen(
                        call,
                        String.valueOf(exchange.getRequestURI().getQuery()),
                        body,
                        String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
                        String.valueOf(exchange.getRequestHeaders().getFirst("If-Match"))));
        try (exchange) {
            if (answer.status() == 0) {
                return;
            }
            answer.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().set(name, value.replace("BASE", url())));
            byte[] bytes = answer.body().replace("BASE", url()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            if (bytes.length > 0) {
                exchange.getResponseBody().write(bytes);
            }
        }
    }

    private synchronized Scripted next(String call, Seen came) {
        seen.add(came);
        Queue<Scripted> answers = script.get(call);
        if (answers == null) {
            return Scripted.of(
                    404, "{\"error\":{\"code\":\"ResourceNotFound\",\"message\":\"Not there: " + call + "\"}}");
        }
        Scripted answer = answers.size() > 1 ? answers.remove() : answers.element();
        return answer;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
