package io.isochrone.bench.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A TCP relay on loopback that misbehaves on demand: the {@link Fault} can be changed while connections are open.
 *
 * <p>At most {@value #MAX_CONNECTIONS} connections at once, each with two threads; further ones are reset on accept.
 *
 * <p>Thread-safe: one volatile fault, read by the relays for every chunk; {@link #set} is one change after another.
 */
public final class FaultProxy implements AutoCloseable {
    static final int MAX_CONNECTIONS = 512;

    private final InetSocketAddress target;
    private final int port;
    private final Set<FaultRelay> relays = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicLong requestBytes = new AtomicLong();
    private final AtomicLong responseBytes = new AtomicLong();
    private volatile Fault fault = new Fault.Pass();
    private volatile boolean closed;
    private @Nullable ServerSocket listener;
    private @Nullable Thread acceptor;

    private FaultProxy(InetSocketAddress target) throws IOException {
        this.target = target;
        ServerSocket opened = open(0);
        this.listener = opened;
        this.port = opened.getLocalPort();
    }

    /** Starts a relay on a free loopback port to {@code targetPort} on loopback. */
    public static FaultProxy to(int targetPort) throws IOException {
        FaultProxy proxy = new FaultProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort));
        proxy.startAccepting();
        return proxy;
    }

    /** The port that clients connect to; the same through all faults. */
    public int port() {
        return port;
    }

    /** How many connections were accepted so far. */
    public int accepted() {
        return accepted.get();
    }

    /** How many connections are open. */
    public int open() {
        return relays.size();
    }

    /** How many bytes went through so far. */
    public long bytes(Fault.Direction direction) {
        return direction == Fault.Direction.REQUEST ? requestBytes.get() : responseBytes.get();
    }

    /** The fault in force. */
    public Fault fault() {
        return fault;
    }

    /**
     * Changes the fault, for open connections too. Throws UncheckedIOException when the port cannot be opened again, IllegalArgumentException for a fault that needs to know
     * HTTP or a process.
     */
    public synchronized void set(Fault next) {
        if (!carries(next)) {
            throw new IllegalArgumentException("fault: " + next + " (expected: one of bytes)");
        }
        fault = next;
        try {
            if (next instanceof Fault.Refuse) {
                closeListener();
                relays.forEach(FaultRelay::reset);
            } else if (listener == null && !closed) {
                listener = open(port);
                startAccepting();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean carries(Fault fault) {
        return fault instanceof Fault.Pass
                || fault instanceof Fault.Delay
                || fault instanceof Fault.Blackhole
                || fault instanceof Fault.ResetAfter
                || fault instanceof Fault.FinWhenIdle
                || fault instanceof Fault.Truncate
                || fault instanceof Fault.Drip
                || fault instanceof Fault.Refuse;
    }

    /** Resets every open connection; new ones follow the fault in force. */
    public void resetAll() {
        relays.forEach(FaultRelay::reset);
    }

    /** Closes the listener and resets every connection. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        closeListener();
        relays.forEach(FaultRelay::reset);
    }

    void forget(FaultRelay relay) {
        relays.remove(relay);
    }

    void passed(Fault.Direction direction, int bytes) {
        (direction == Fault.Direction.REQUEST ? requestBytes : responseBytes).addAndGet(bytes);
    }

    boolean isClosed() {
        return closed;
    }

    private static ServerSocket open(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        return socket;
    }

    private void closeListener() throws IOException {
        ServerSocket open = listener;
        listener = null;
        if (open != null) {
            open.close();
        }
        LedgerBackend.awaitEnd(acceptor);
    }

    private synchronized void startAccepting() {
        ServerSocket socket = listener;
        if (socket == null) {
            return;
        }
        Thread thread = new Thread(() -> acceptAll(socket), "fault-proxy-" + port);
        thread.setDaemon(true);
        acceptor = thread;
        thread.start();
    }

    private void acceptAll(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                accept(socket.accept());
            } catch (IOException e) {
                // Closed by set or close, or a client that left while it was accepted: the loop condition tells which.
            }
        }
    }

    private void accept(Socket client) throws IOException {
        accepted.incrementAndGet();
        if (relays.size() >= MAX_CONNECTIONS || fault instanceof Fault.Refuse || closed) {
            client.setSoLinger(true, 0);
            client.close();
            return;
        }
        Socket server = new Socket();
        try {
            server.connect(target, 2000);
        } catch (IOException e) {
            client.setSoLinger(true, 0);
            client.close();
            server.close();
            return;
        }
        FaultRelay relay = new FaultRelay(this, client, server);
        relays.add(relay);
        relay.start();
        if (closed || fault instanceof Fault.Refuse) {
            relay.reset();
        }
    }
}
