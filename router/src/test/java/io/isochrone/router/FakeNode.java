package io.isochrone.router;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.isochrone.config.model.HostPort;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A gateway node as a router meets it, telling what it was asked. Thread-safe: fields are read when a request comes. */
final class FakeNode implements AutoCloseable {
    static final String STATUS = "/status-0123456789abcdef";

    final List<Headers> requests = new CopyOnWriteArrayList<>();
    volatile int probeStatus = 200;
    volatile boolean draining;
    volatile int status = 200;
    volatile String mark = "";
    /** Who asks waits here: a node that accepts connections and says nothing while it is not open. */
    volatile CountDownLatch running = new CountDownLatch(0);
    /** Requests for this path wait for {@link #slow}; others do not. */
    volatile String slowPath = "";

    final CountDownLatch slow = new CountDownLatch(1);
    final AtomicInteger probes = new AtomicInteger();
    /** Requests, but no probes, wait for this. */
    volatile CompletableFuture<Void> ready = CompletableFuture.completedFuture(null);

    private final String name;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    FakeNode(String name) throws IOException {
        this(name, 0);
    }

    FakeNode(String name, int port) throws IOException {
        this.name = name;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        boolean probe = exchange.getRequestURI().getPath().equals(STATUS);
        if (probe) {
            probes.incrementAndGet();
        } else {
            requests.add(exchange.getRequestHeaders());
        }
        try {
            running.await();
            if (exchange.getRequestURI().getPath().equals(slowPath)) {
                slow.await();
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException("the node ends");
        }
        int code = probe ? draining ? 503 : probeStatus : status;
        if (probe && draining) {
            exchange.getResponseHeaders().add("Isochrone-Draining", "true");
        }
        if (!probe) {
            exchange.getResponseHeaders().add("Isochrone-Region", "what a gateway says");
            if (!mark.isEmpty()) {
                exchange.getResponseHeaders().add("Isochrone-Not-Processed", mark);
            }
        }
        exchange.getRequestBody().readAllBytes();
        if (!probe) {
            ready.join();
        }
        byte[] body = name.getBytes(StandardCharsets.US_ASCII);
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** Says nothing until {@link #thaw}. */
    void freeze() {
        running = new CountDownLatch(1);
    }

    /** Answers whoever still waits, and goes on. */
    void thaw() {
        running.countDown();
    }

    HostPort address() {
        return new HostPort("127.0.0.1", server.getAddress().getPort());
    }

    /** Cuts its connections and refuses new ones. */
    @Override
    public void close() {
        ready.complete(null);
        server.stop(0);
        threads.shutdownNow();
    }
}
