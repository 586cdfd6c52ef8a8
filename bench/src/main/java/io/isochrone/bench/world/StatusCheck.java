package io.isochrone.bench.world;

import io.isochrone.config.model.HostPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Asks nodes whether they serve, as a load balancer would. Not thread-safe; confined to its owner. */
public final class StatusCheck {
    /** Where gateways tell. */
    public static final String GATEWAY = "/status-0123456789abcdef";

    /** Where routers tell, on their admin port. */
    static final String ROUTER = "/health";

    private static final long POLL_NANOS = 10_000_000;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();

    /** Whether the node answers {@code path} with 200 now. */
    public boolean isServing(HostPort node, String path) throws InterruptedException {
        try {
            HttpRequest status = HttpRequest.newBuilder(URI.create("http://" + node + path))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return http.send(status, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns when the node answers {@code path} with 200. Throws IOException when it did not by {@code giveUpNanos}. */
    void await(HostPort node, String path, long giveUpNanos) throws IOException, InterruptedException {
        while (!isServing(node, path)) {
            if (System.nanoTime() - giveUpNanos > 0) {
                throw new IOException("node: " + node + path + " does not answer 200 (expected: within its time)");
            }
            pause();
        }
    }

    /** Waits 10 ms. Throws InterruptedException when the thread is interrupted. */
    static void pause() throws InterruptedException {
        LockSupport.parkNanos(POLL_NANOS);
        if (Thread.interrupted()) {
            throw new InterruptedException("stopped");
        }
    }
}
