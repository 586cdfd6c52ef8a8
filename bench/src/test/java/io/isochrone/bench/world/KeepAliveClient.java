package io.isochrone.bench.world;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A client that keeps its one connection, and blocks. Not thread-safe; confined to its owner. */
final class KeepAliveClient implements AutoCloseable {
    final Socket socket;
    private final InputStream in;

    KeepAliveClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        in = socket.getInputStream();
    }

    void send(String path, String... fields) throws IOException {
        StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: h\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        write(head + "\r\n");
    }

    void write(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A head with its empty line; less when the connection ended. */
    String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.lastIndexOf("\r\n\r\n") != head.length() - 4) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
        }
        return head.toString();
    }

    String bytes(int count) throws IOException {
        return new String(in.readNBytes(count), StandardCharsets.ISO_8859_1);
    }

    /** Status and body, as in {@code 200 old}; {@code closed} when the connection ended. */
    String read() throws IOException {
        String head = head();
        if (!head.endsWith("\r\n\r\n")) {
            return "closed";
        }
        String lower = head.toLowerCase(Locale.ROOT);
        int at = lower.indexOf("content-length: ") + 16;
        int length = Integer.parseInt(lower.substring(at, lower.indexOf("\r\n", at)));
        return head.substring(9, 12) + " " + bytes(length);
    }

    String get(String path) throws IOException {
        send(path);
        return read();
    }

    /** Begins a WebSocket; returns the head of the answer. */
    String upgrade() throws IOException {
        send(
                "/socket",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
        return head();
    }

    /** Sends bytes on a WebSocket and reads as many. */
    String echo(String text) throws IOException {
        write(text);
        return bytes(text.length());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
