package io.isochrone.proxy.runtime;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An HTTP/2 server that does with each frame what a script says, right or wrong. Thread-safe. */
final class H2Origin implements AutoCloseable {
    /** What to do with a frame. */
    interface Script {
        void take(Connection connection, H2Client.Frame frame) throws IOException;
    }

    private final ServerSocket server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    private final Script script;
    private final byte @Nullable [] settings;
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger requests = new AtomicInteger();

    H2Origin(Script script) throws IOException {
        this(script, new byte[0]);
    }

    /** @param settings payload of its first SETTINGS; null: it sends none */
    H2Origin(Script script, byte @Nullable [] settings) throws IOException {
        this.script = script;
        this.settings = settings;
        Thread acceptor = new Thread(this::accept, "h2-origin");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    /** The payload of SETTINGS with one setting. */
    static byte[] setting(int identifier, int value) {
        return ByteBufUtil.getBytes(Unpooled.buffer(6).writeShort(identifier).writeInt(value));
    }

    int port() {
        return server.getLocalPort();
    }

    /** Waits until so many requests have come. */
    void await(int count) {
        long until = System.nanoTime() + 8_000_000_000L;
        while (requests.get() < count) {
            if (System.nanoTime() - until > 0) {
                throw new AssertionError("requests: " + requests.get() + " (expected: " + count + ")");
            }
            Thread.onSpinWait();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                int number = connections.incrementAndGet();
                Thread thread = new Thread(() -> serve(socket, number), "h2-origin-connection");
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            socket.setTcpNoDelay(true);
            Connection connection = new Connection(socket, number);
            connection.in.readNBytes(24);
            if (settings != null) {
                connection.frame(H2Client.SETTINGS, 0, 0, settings);
            }
            while (true) {
                H2Client.Frame frame = connection.read();
                if (frame.type() == H2Client.HEADERS) {
                    requests.incrementAndGet();
                }
                if (settings != null && frame.type() == H2Client.SETTINGS && (frame.flags() & H2Client.ACK) == 0) {
                    connection.frame(H2Client.SETTINGS, H2Client.ACK, 0);
                }
                script.take(connection, frame);
            }
        } catch (IOException ended) {
            return;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    /** One connection. Confined to its thread. */
    static final class Connection {
        final Socket socket;
        final int number;
        private final DataInputStream in;
        private final OutputStream out;
        private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();

        Connection(Socket socket, int number) throws IOException {
            this.socket = socket;
            this.number = number;
            this.in = new DataInputStream(socket.getInputStream());
            this.out = socket.getOutputStream();
        }

        private H2Client.Frame read() throws IOException {
            int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            return new H2Client.Frame(type, flags, stream, in.readNBytes(length));
        }

        void frame(int type, int flags, int stream, byte... payload) throws IOException {
            out.write(H2Client.bytes(type, flags, stream, payload));
        }

        void headers(int stream, boolean end, String... fields) throws IOException {
            ByteBuf block = Unpooled.buffer();
            try {
                for (int i = 0; i < fields.length; i += 2) {
                    encoder.encodeHeaders(1, new DefaultHttp2Headers(false).add(fields[i], fields[i + 1]), block);
                }
            } catch (Http2Exception e) {
                throw new IOException(e);
            }
            frame(
                    H2Client.HEADERS,
                    H2Client.END_HEADERS | (end ? H2Client.END_STREAM : 0),
                    stream,
                    ByteBufUtil.getBytes(block));
        }

        void data(int stream, boolean end, String text) throws IOException {
            frame(
                    H2Client.DATA,
                    end ? H2Client.END_STREAM : 0,
                    stream,
                    text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        }

        void ok(int stream, String text) throws IOException {
            headers(stream, false, ":status", "200", "content-length", Integer.toString(text.length()));
            data(stream, true, text);
        }

        void goAway(int last, int error) throws IOException {
            byte[] payload = new byte[8];
            payload[3] = (byte) last;
            payload[7] = (byte) error;
            frame(H2Client.GOAWAY, 0, 0, payload);
        }
    }
}
