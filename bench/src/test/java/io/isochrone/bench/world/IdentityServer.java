package io.isochrone.bench.world;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server on one address of loopback that answers every GET with its name; {@code /wait} only after {@link #letGo}. Connections stay open. Thread-safe: a thread for each
 * connection.
 */
final class IdentityServer implements AutoCloseable {
    private final String name;
    private final ServerSocket listener = new ServerSocket();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private final CountDownLatch go = new CountDownLatch(1);

    /** @param port 0: a free one */
    IdentityServer(String name, String address, int port) throws IOException {
        this.name = name;
        listener.bind(new InetSocketAddress(InetAddress.getByName(address), port));
        daemon(() -> {
            while (true) {
                Socket socket = listener.accept();
                accepted.incrementAndGet();
                open.add(socket);
                daemon(() -> serve(socket));
            }
        });
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Exception e) {
                // closed
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket socket) throws Exception {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                boolean wait = line.contains("/wait");
                boolean probe = line.contains("/status-");
                while (!line.isEmpty()) {
                    line = in.readLine();
                }
                if (!probe) {
                    requests.incrementAndGet();
                }
                if (wait) {
                    go.await();
                }
                String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + name.length() + "\r\n\r\n" + name;
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            }
        } finally {
            open.remove(socket);
        }
    }

    /** Answers those who wait. */
    void letGo() {
        go.countDown();
    }

    int port() {
        return listener.getLocalPort();
    }

    /** How many requests arrived, probes apart. */
    int requests() {
        return requests.get();
    }

    /** How many connections were accepted. */
    int accepted() {
        return accepted.get();
    }

    /** How many connections are open. */
    int connections() {
        return open.size();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
