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
 * A server on one address of loopback that answers with its name: {@code /wait} only after {@link #letGo}; {@code /download} half of a long body, the rest after it;
 * {@code /events} an event at each {@link #tick}; an upgrade with 101 and what it gets. Connections stay open. Thread-safe: a thread for each connection.
 */
final class IdentityServer implements AutoCloseable {
    static final int DOWNLOAD = 200_000;
    static final String EVENT = "data:x\n";
    private static final String OK = "HTTP/1.1 200 OK";
    private static final String HALF = "x".repeat(DOWNLOAD / 2);

    private final String name;
    private final ServerSocket listener = new ServerSocket();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger probes = new AtomicInteger();
    private final Set<Socket> listeners = ConcurrentHashMap.newKeySet();
    private volatile CountDownLatch go = new CountDownLatch(1);
    private volatile boolean unwell;

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
                String path = line.split(" ", -1)[1];
                boolean upgrade = false;
                while (!line.isEmpty()) {
                    line = in.readLine();
                    upgrade |= line.equalsIgnoreCase("upgrade: websocket");
                }
                if (path.startsWith("/status-")) {
                    probes.incrementAndGet();
                    write(socket, (unwell ? "HTTP/1.1 500 No" : OK) + "\r\nContent-Length: 0\r\n\r\n");
                    continue;
                }
                requests.incrementAndGet();
                if (upgrade) {
                    write(
                            socket,
                            "HTTP/1.1 101 Yes\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
                    socket.getInputStream().transferTo(socket.getOutputStream());
                    return;
                }
                answer(socket, path);
            }
        } finally {
            open.remove(socket);
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void answer(Socket socket, String path) throws Exception {
        switch (path) {
            case "/wait" -> {
                go.await();
                write(socket, OK + "\r\nContent-Length: " + name.length() + "\r\n\r\n" + name);
            }
            case "/download" -> {
                CountDownLatch until = go;
                write(socket, OK + "\r\nContent-Length: " + DOWNLOAD + "\r\n\r\n" + HALF);
                until.await();
                write(socket, HALF);
            }
            case "/events" -> {
                write(socket, OK + "\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
                listeners.add(socket);
                new CountDownLatch(1).await();
            }
            default -> write(socket, OK + "\r\nContent-Length: " + name.length() + "\r\n\r\n" + name);
        }
    }

    /** Lets those go on who wait; who comes later waits for the next call. */
    void letGo() {
        CountDownLatch now = go;
        go = new CountDownLatch(1);
        now.countDown();
    }

    /** Sends one event to every listener. */
    void tick() throws IOException {
        for (Socket each : listeners) {
            write(each, "7\r\n" + EVENT + "\r\n");
        }
    }

    /** How many listen to events. */
    int listeners() {
        return listeners.size();
    }

    /** From now on probes fail, or pass again. */
    void unwell(boolean set) {
        unwell = set;
    }

    /** How many probes arrived. */
    int probes() {
        return probes.get();
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
