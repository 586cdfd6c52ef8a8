package io.isochrone.bench.fault;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A backend on raw sockets that keeps a {@link Ledger} of the POSTs it executed and misbehaves by path, as {@link RawAnswers}
 * lists.
 *
 * <p>At most {@value #MAX_CONNECTIONS} connections, a thread each; further ones are reset on accept.
 *
 * <p>Thread-safe.
 */
public final class LedgerBackend implements AutoCloseable {
    static final int MAX_CONNECTIONS = 1024;

    /** A connection's first request has longer than the others, as with most servers. */
    private static final int FIRST_REQUEST_MILLIS = 10_000;

    private final String name;
    private final int idleMillis;
    private final Ledger ledger = new Ledger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger idleCloses = new AtomicInteger();
    private final int port;
    private @Nullable ServerSocket listener;
    private @Nullable Thread acceptor;

    private LedgerBackend(String name, int port, Duration idle) throws IOException {
        this.name = name;
        this.idleMillis = (int) idle.toMillis();
        ServerSocket opened = listen(port);
        this.listener = opened;
        this.port = opened.getLocalPort();
        this.acceptor = acceptOn(opened);
    }

    /** Starts a backend on a free loopback port that keeps idle connections for a minute. */
    public static LedgerBackend start(String name) throws IOException {
        return start(name, 0, Duration.ofMinutes(1));
    }

    /** Starts a backend on a loopback port (0: a free one) that closes connections (FIN) when {@code idle} has passed after an answer. */
    public static LedgerBackend start(String name, int port, Duration idle) throws IOException {
        return new LedgerBackend(name, port, idle);
    }

    /** The port that it listens on. */
    public int port() {
        return port;
    }

    /** What it executed. */
    public Ledger ledger() {
        return ledger;
    }

    /** How many request heads arrived. */
    public int requests() {
        return requests.get();
    }

    /** How many connections were accepted. */
    public int accepted() {
        return accepted.get();
    }

    /** How many connections are open. */
    public int connections() {
        return open.size();
    }

    /** How many connections it closed because they were idle. */
    public int idleCloses() {
        return idleCloses.get();
    }

    /** Closes the listener and resets every connection, as the end of a killed process would. */
    public synchronized void kill() throws IOException {
        ServerSocket socket = listener;
        listener = null;
        if (socket != null) {
            socket.close();
        }
        awaitEnd(acceptor);
        for (Socket connection : open) {
            reset(connection);
        }
    }

    /** Listens again on the same port after {@link #kill}. */
    public synchronized void revive() throws IOException {
        if (listener == null) {
            ServerSocket opened = listen(port);
            listener = opened;
            acceptor = acceptOn(opened);
        }
    }

    /** The same as {@link #kill}. */
    @Override
    public void close() throws IOException {
        kill();
    }

    private static ServerSocket listen(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        return socket;
    }

    private Thread acceptOn(ServerSocket socket) {
        return startThread("ledger-" + name, () -> {
            while (!socket.isClosed()) {
                try {
                    accept(socket.accept());
                } catch (IOException e) {
                    // Closed by kill, or a client that left while it was accepted: the loop condition tells which.
                }
            }
        });
    }

    private void accept(Socket connection) throws IOException {
        accepted.incrementAndGet();
        if (open.size() >= MAX_CONNECTIONS) {
            reset(connection);
            return;
        }
        open.add(connection);
        startThread("ledger-" + name + "-" + connection.getPort(), () -> serveAll(connection));
    }

    private void serveAll(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            connection.setSoTimeout(Math.max(idleMillis, FIRST_REQUEST_MILLIS));
            InputStream in = new BufferedInputStream(connection.getInputStream(), 64 * 1024);
            boolean goesOn = true;
            while (goesOn) {
                RawRequest request = RawRequest.read(in);
                if (request == null) {
                    return;
                }
                requests.incrementAndGet();
                String id = request.header("X-Req-Id");
                if (id != null && request.method().equals("POST")) {
                    ledger.record(id);
                }
                goesOn = new RawAnswers(name, connection, in, request).answer();
                connection.setSoTimeout(idleMillis);
            }
        } catch (SocketTimeoutException e) {
            idleCloses.incrementAndGet();
        } catch (IOException e) {
            // A peer that left or a planned reset: each ends the connection and is no fault of the
            // backend.
        } finally {
            open.remove(connection);
        }
    }

    private static void reset(Socket connection) {
        try (connection) {
            connection.setSoLinger(true, 0);
        } catch (IOException e) {
            // Closed meanwhile by its own thread: nothing is left to reset.
        }
    }

    private static Thread startThread(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** A listener is gone only when nobody accepts on it any more: a thread in accept keeps the system's socket alive. */
    static void awaitEnd(@Nullable Thread acceptor) {
        try {
            if (acceptor != null) {
                acceptor.join(2000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
