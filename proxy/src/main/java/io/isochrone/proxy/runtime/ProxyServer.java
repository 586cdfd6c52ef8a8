package io.isochrone.proxy.runtime;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A running proxy: one listener and everything behind it. Thread-safe. */
public final class ProxyServer {
    private ProxyServer() {}

    /** Opens the listener and serves. */
    public static ProxyServer bind(Transport transport, ProxyOptions options) throws BindFailedException {
        throw new UnsupportedOperationException("under construction");
    }

    /** The port that is listened on. */
    public int port() {
        throw new UnsupportedOperationException("under construction");
    }

    /** How many exchanges are under way. */
    public int inFlight() {
        throw new UnsupportedOperationException("under construction");
    }

    /**
     * Leaves without cutting anything: goes on accepting for {@code propagation} while every response says
     * {@code Connection: close}, then closes the listener and idle connections, waits for exchanges up to {@code limit} and cuts
     * the rest. Completes when all connections are closed.
     */
    public CompletableFuture<Void> drain(Duration propagation, Duration limit) {
        throw new UnsupportedOperationException("under construction");
    }

    /** Closes the listener and all connections at once, as a crash would. */
    public void kill() {
        throw new UnsupportedOperationException("under construction");
    }
}
