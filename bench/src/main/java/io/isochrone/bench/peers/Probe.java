package io.isochrone.bench.peers;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/** Asks ports of loopback, one request at a time. Thread-safe: no state. */
public final class Probe {
    private static final int LIMIT_MILLIS = 5000;
    private static final int STATUS_LINE = 12;

    private Probe() {}

    /** A port that was free just now. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A new connection to the port. Throws IOException when it is refused. */
    static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LIMIT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(LIMIT_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Whether the port takes connections. */
    static boolean accepts(int port) {
        try (Socket socket = connect(port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** The status code of a GET over HTTP/1.1 and a connection of its own, or 0 when no answer comes. */
    public static int status(int port, String path) {
        try (Socket socket = connect(port)) {
            String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            byte[] line = socket.getInputStream().readNBytes(STATUS_LINE);
            String text = new String(line, StandardCharsets.US_ASCII);
            return text.matches("HTTP/1\\.1 \\d{3}") ? Integer.parseInt(text.substring(9)) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    /** Sends a GET and reads the whole answer, which must say its length; the connection stays open. */
    static void exchange(Socket socket, String path) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0 || head.length() > 16_384) {
                throw new IOException("answer: ends in its head (expected: a whole one)");
            }
            head.append((char) next);
        }
        int at = head.toString().toLowerCase(Locale.ROOT).indexOf("content-length:");
        if (!head.toString().startsWith("HTTP/1.1 200") || at < 0) {
            throw new IOException(
                    "answer: \"" + head.substring(0, head.indexOf("\r\n")) + "\" (expected: 200 with its length)");
        }
        String length = head.substring(at + 15, head.indexOf("\r\n", at)).strip();
        in.skipNBytes(Long.parseLong(length));
    }

    /** Waits so long. Throws InterruptedException when the thread is interrupted. */
    public static void pause(long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped");
            }
        }
    }
}
