package io.isochrone.router;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Sends bytes as they are and reads one response. Immutable. */
record RawClient(String head, String body) {
    /** Sends a request without body; {@code fields} end in CR LF each. */
    static RawClient send(int port, String method, String target, String fields) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(8000);
            String request = method + " " + target + " HTTP/1.1\r\nHost: test\r\n"
                    + (method.equals("POST") ? "Content-Length: 0\r\n" : "") + fields
                    + (fields.toLowerCase(Locale.ROOT).startsWith("connection:") ? "" : "Connection: close\r\n")
                    + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    throw new IOException("closed after: " + head);
                }
                head.append((char) next);
            }
            String text = head.toString();
            String length = value(text, "Content-Length");
            byte[] body = socket.getInputStream().readNBytes(length == null ? 0 : Integer.parseInt(length));
            return new RawClient(text, new String(body, StandardCharsets.UTF_8));
        }
    }

    int status() {
        return Integer.parseInt(head.substring(9, 12));
    }

    /** All values of a field, parted by |, or null. */
    @Nullable
    String value(String name) {
        return value(head, name);
    }

    private static @Nullable String value(String head, String name) {
        String all = null;
        for (String line : head.split("\r\n")) {
            if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ": ")) {
                String value = line.substring(name.length() + 2);
                all = all == null ? value : all + "|" + value;
            }
        }
        return all;
    }
}
