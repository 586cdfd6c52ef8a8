package io.isochrone.bench.world;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A client that sends one request after another on one connection, GET and POST by turns, each with an id of its own, and opens a new
 * connection only when it was told that the old one ends. It repeats nothing. Not thread-safe; confined to its thread.
 */
final class KeepAliveLane implements Runnable {
    private static final int TIMEOUT_MILLIS = 5000;

    private final String name;
    private final String client;
    private final IntSupplier port;
    private final BooleanSupplier done;
    private final Queue<String> errors;
    private final AtomicInteger answered;
    private @Nullable Socket socket;
    private @Nullable InputStream in;

    /**
     * @param name begins its requests' ids
     * @param client what X-Forwarded-For says
     * @param errors told what was not answered with 200
     * @param answered counts the rest
     */
    KeepAliveLane(
            String name,
            String client,
            IntSupplier port,
            BooleanSupplier done,
            Queue<String> errors,
            AtomicInteger answered) {
        this.name = name;
        this.client = client;
        this.port = port;
        this.done = done;
        this.errors = errors;
        this.answered = answered;
    }

    @Override
    public void run() {
        for (int number = 0; !done.getAsBoolean(); number++) {
            String id = name + "-" + number;
            try {
                int status = exchange(id, number % 2 == 1);
                if (status == 200) {
                    answered.incrementAndGet();
                } else {
                    errors.add(id + ": " + status);
                }
            } catch (IOException e) {
                errors.add(id + ": " + e);
                disconnect();
            }
        }
        disconnect();
    }

    private int exchange(String id, boolean post) throws IOException {
        Socket connected = socket;
        InputStream from = in;
        if (connected == null || from == null) {
            connected = new Socket();
            connected.setTcpNoDelay(true);
            connected.setSoTimeout(TIMEOUT_MILLIS);
            connected.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port.getAsInt()), TIMEOUT_MILLIS);
            from = new BufferedInputStream(connected.getInputStream());
            socket = connected;
            in = from;
        }
        String head = (post ? "POST" : "GET") + " /rolling HTTP/1.1\r\nHost: world\r\nX-Req-Id: " + id
                + "\r\nX-Forwarded-For: " + client + "\r\n" + (post ? "Content-Length: 4\r\n\r\nbody" : "\r\n");
        connected.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        return read(from);
    }

    private int read(InputStream from) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.lastIndexOf("\r\n\r\n") < 0) {
            int next = from.read();
            if (next < 0) {
                throw new IOException("the connection ended within an answer: " + head);
            }
            head.append((char) next);
        }
        String text = head.toString().toLowerCase(Locale.ROOT);
        int at = text.indexOf("\r\ncontent-length: ") + "\r\ncontent-length: ".length();
        from.skipNBytes(Integer.parseInt(text.substring(at, text.indexOf('\r', at))));
        if (text.contains("\r\nconnection: close\r\n")) {
            disconnect();
        }
        return Integer.parseInt(text.substring("http/1.1 ".length(), "http/1.1 ".length() + 3));
    }

    private void disconnect() {
        Socket open = socket;
        socket = null;
        in = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            // Nothing was to be saved.
        }
    }
}
