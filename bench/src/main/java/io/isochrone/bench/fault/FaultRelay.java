package io.isochrone.bench.fault;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * One connection through a {@link FaultProxy}: a thread per direction, which asks for the fault in force before each chunk.
 *
 * <p>Thread-safe: the threads share the time of the last byte and the sockets only.
 */
final class FaultRelay {
    private static final int POLL_MILLIS = 20;
    private static final long POLL_NANOS = POLL_MILLIS * 1_000_000L;

    private final FaultProxy proxy;
    private final Socket client;
    private final Socket server;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicInteger finished = new AtomicInteger();
    private volatile long lastByteNanos = System.nanoTime();

    FaultRelay(FaultProxy proxy, Socket client, Socket server) throws IOException {
        this.proxy = proxy;
        this.client = client;
        this.server = server;
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        client.setSoTimeout(POLL_MILLIS);
        server.setSoTimeout(POLL_MILLIS);
    }

    void start() {
        startThread(client, server, Fault.Direction.REQUEST);
        startThread(server, client, Fault.Direction.RESPONSE);
    }

    /** Ends both sides with RST. */
    void reset() {
        end(true);
    }

    private void startThread(Socket from, Socket to, Fault.Direction direction) {
        Thread thread = new Thread(() -> relay(from, to, direction), "fault-relay-" + direction);
        thread.setDaemon(true);
        thread.start();
    }

    private void relay(Socket from, Socket to, Fault.Direction direction) {
        byte[] chunk = new byte[16 * 1024];
        Fault counted = proxy.fault();
        long passed = 0;
        try {
            while (!ended.get()) {
                int length = read(from, chunk);
                awaitEndOfBlackhole();
                if (length < 0) {
                    finish(to);
                    return;
                }
                Fault fault = proxy.fault();
                if (fault != counted) {
                    counted = fault;
                    passed = 0;
                }
                if (length > 0) {
                    lastByteNanos = System.nanoTime();
                    passed += pass(fault, direction, to, chunk, length, passed);
                } else {
                    closeWhenIdle(fault);
                }
            }
        } catch (IOException e) {
            end(true);
        }
    }

    /** Returns the number of bytes, 0 when none came within the poll time, -1 at the end. */
    private static int read(Socket from, byte[] chunk) throws IOException {
        try {
            return from.getInputStream().read(chunk);
        } catch (SocketTimeoutException e) {
            return 0;
        }
    }

    private long pass(Fault fault, Fault.Direction direction, Socket to, byte[] chunk, int length, long passed)
            throws IOException {
        OutputStream out = to.getOutputStream();
        boolean response = direction == Fault.Direction.RESPONSE;
        if (fault instanceof Fault.Delay delay) {
            pause(delay.each());
        } else if (fault instanceof Fault.ResetAfter reset && reset.direction() == direction) {
            return passUntil(reset.bytes(), out, direction, chunk, length, passed, true);
        } else if (fault instanceof Fault.Truncate truncate && response) {
            return passUntil(truncate.bytes(), out, direction, chunk, length, passed, false);
        } else if (fault instanceof Fault.Drip drip && response) {
            for (int i = 0; i < length && !ended.get(); i++) {
                out.write(chunk, i, 1);
                proxy.passed(direction, 1);
                if (proxy.fault() == fault) {
                    pause(drip.every());
                }
            }
            return length;
        }
        out.write(chunk, 0, length);
        proxy.passed(direction, length);
        return length;
    }

    private long passUntil(
            long limit,
            OutputStream out,
            Fault.Direction direction,
            byte[] chunk,
            int length,
            long passed,
            boolean abruptly)
            throws IOException {
        int allowed = (int) Math.min(length, limit - passed);
        out.write(chunk, 0, allowed);
        proxy.passed(direction, allowed);
        if (passed + allowed >= limit) {
            end(abruptly);
        }
        return allowed;
    }

    private void awaitEndOfBlackhole() {
        while (proxy.fault() instanceof Fault.Blackhole && !ended.get()) {
            LockSupport.parkNanos(this, POLL_NANOS);
        }
    }

    private void closeWhenIdle(Fault fault) {
        if (fault instanceof Fault.FinWhenIdle idle
                && System.nanoTime() - lastByteNanos >= idle.idle().toNanos()) {
            end(false);
        }
    }

    /** Passes a FIN on; the connection is over when both directions are. */
    private void finish(Socket to) throws IOException {
        if (finished.incrementAndGet() == 2) {
            end(false);
        } else {
            to.shutdownOutput();
        }
    }

    private void pause(Duration length) {
        long until = System.nanoTime() + length.toNanos();
        for (long left = length.toNanos(); left > 0 && !ended.get(); left = until - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    private void end(boolean abruptly) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        proxy.forget(this);
        close(client, abruptly);
        close(server, abruptly);
    }

    private static void close(Socket socket, boolean abruptly) {
        try {
            if (abruptly) {
                socket.setSoLinger(true, 0);
            }
            socket.close();
        } catch (IOException e) {
            // Already closed by the peer: nothing is left to close.
        }
    }
}
