package io.isochrone.proxy.runtime;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;

/** A backend that answers from a script, byte for byte, so that it can also misbehave. Thread-safe. */
final class RawBackend implements AutoCloseable {
    /** What to do with one request; its head has been read. */
    interface Script {
        /** Writes the answer; returns whether the connection stays open. */
        boolean serve(String head, InputStream in, OutputStream out, Socket socket) throws IOException;
    }

    private final ServerSocket server;
    private final Script script;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<String> heads = new CopyOnWriteArrayList<>();

    RawBackend(Script script) throws IOException {
        this(script, ServerSocketFactory.getDefault());
    }

    RawBackend(Script script, ServerSocketFactory sockets) throws IOException {
        this.script = script;
        this.server = sockets.createServerSocket(0, 512, InetAddress.getLoopbackAddress());
        Thread acceptor = new Thread(this::accept, "raw-backend");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    static boolean answer(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        return true;
    }

    static boolean ok(OutputStream out, String body) throws IOException {
        return answer(out, "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    int port() {
        return server.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    List<String> heads() {
        return heads;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                connections.incrementAndGet();
                Thread worker = new Thread(() -> serve(socket), "raw-backend-connection");
                worker.setDaemon(true);
                worker.start();
            }
        } catch (IOException closed) {
            // the server socket was closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            String head;
            do {
                head = readHead(in);
                if (head.isEmpty()) {
                    return;
                }
                heads.add(head);
            } while (script.serve(head, in, out, socket));
        } catch (IOException gone) {
            // the proxy closed the connection
        }
    }

    static String readHead(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int state = 0;
        while (state < 4) {
            int b = in.read();
            if (b < 0) {
                return "";
            }
            head.write(b);
            state = b == (state % 2 == 0 ? '\r' : '\n') ? state + 1 : b == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
