package io.isochrone.bench.fuzz;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A backend that answers {@code /good} with the query and everything else with the bytes of the moment, then closes. Thread-safe: one volatile answer.
 */
final class FuzzOrigin implements AutoCloseable {
    private static final int LIMIT_MILLIS = 3000;

    private final ServerSocket listener;
    private volatile byte[] answer = new byte[0];

    FuzzOrigin() throws IOException {
        listener = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::accept, "fuzz-origin");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    void answerWith(byte[] bytes) {
        answer = bytes;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket connection = listener.accept();
                Thread thread = new Thread(() -> serve(connection), "fuzz-origin-connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                // Closed: the loop ends.
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.setSoTimeout(LIMIT_MILLIS);
            byte[] head = new byte[4096];
            int read = connection.getInputStream().read(head);
            String text = new String(head, 0, Math.max(0, read), StandardCharsets.ISO_8859_1);
            if (text.startsWith("GET /good")) {
                String query = text.substring(text.indexOf('?') + 1, text.indexOf(" HTTP/"));
                String good = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + query.length() + "\r\n\r\n"
                        + query;
                connection.getOutputStream().write(good.getBytes(StandardCharsets.US_ASCII));
            } else if (read > 0) {
                connection.getOutputStream().write(answer);
            }
            connection.shutdownOutput();
            while (connection.getInputStream().read(head) >= 0) {
                // Read to the end, so that what was said is not reset.
            }
        } catch (IOException e) {
            // The other side left, which it may.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
