package io.isochrone.proxy.rehearsal;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A keep-alive connection to a node that rehearses; blocks. Not thread-safe; confined to the rehearsing thread. */
final class RehearsalClient implements AutoCloseable {
    private static final int READ_MILLIS = 500;
    private static final int MAX_HEAD_BYTES = 8192;
    private static final byte[] GET = head("GET", "X-Request-Kind: rehearsal\r\nAccept: */*\r\n");
    private static final byte[] HEAD = head("HEAD", "");
    private static final byte[] POST = head("POST", "Content-Type: text/plain\r\nContent-Length: 5\r\n", "hello");

    private final Socket socket = new Socket();
    private final InputStream in;
    private boolean bodiless;

    RehearsalClient(int port) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), READ_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    private static byte[] head(String method, String... fields) {
        String extra = fields[0];
        String body = fields.length > 1 ? fields[1] : "";
        return (method + " /rehearsal?n=1 HTTP/1.1\r\nHost: rehearsal\r\nUser-Agent: isochrone\r\n" + extra + "\r\n"
                        + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Sends the {@code number}th request: mostly GET, now and then HEAD and POST. */
    void send(int number) throws IOException {
        bodiless = number % 16 == 3;
        socket.getOutputStream().write(bodiless ? HEAD : number % 16 == 7 ? POST : GET);
    }

    /** Reads the answer to what was sent; returns its status code. Throws IOException when the connection cannot be used again. */
    int receive() throws IOException {
        StringBuilder head = new StringBuilder(512);
        while (head.length() < 4 || head.lastIndexOf("\r\n\r\n") != head.length() - 4) {
            int next = in.read();
            if (next < 0 || head.length() > MAX_HEAD_BYTES) {
                throw new IOException("rehearsal: no answer (expected: a response head)");
            }
            head.append((char) next);
        }
        String text = head.toString().toLowerCase(Locale.ROOT);
        int at = text.indexOf("\r\ncontent-length: ");
        if (at < 0) {
            throw new IOException("rehearsal: an answer without content-length (expected: one)");
        }
        int from = at + "\r\ncontent-length: ".length();
        int length = Integer.parseInt(text.substring(from, text.indexOf('\r', from)));
        if (!bodiless) {
            in.skipNBytes(length);
        }
        if (text.contains("\r\nconnection: close\r\n")) {
            throw new IOException("rehearsal: the connection ends (expected: to stay open)");
        }
        return Integer.parseInt(text.substring("http/1.1 ".length(), "http/1.1 ".length() + 3));
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing was to be saved.
        }
    }
}
