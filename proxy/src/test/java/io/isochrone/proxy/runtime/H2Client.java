package io.isochrone.proxy.runtime;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A blocking HTTP/2 client that writes frames as it is told, also wrong ones. Not thread-safe; confined to its test. */
final class H2Client implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;

    /** A frame that came. Immutable but for its array, which nobody changes. */
    record Frame(int type, int flags, int stream, byte[] payload) {
        /** The 32-bit number at an offset of the payload. */
        int number(int at) {
            return Unpooled.wrappedBuffer(payload).getInt(at);
        }

        boolean ends() {
            return (flags & END_STREAM) != 0 && type <= HEADERS;
        }

        /** The error code of RST_STREAM or GOAWAY. */
        int error() {
            return number(type == GOAWAY ? 4 : 0);
        }
    }

    /** What came on one stream. Confined to its test. */
    static final class Response {
        final List<Map<String, String>> heads = new ArrayList<>();
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        /** Error code of RST_STREAM, or -1. */
        int reset = -1;

        boolean ended;

        Map<String, String> head() {
            return heads.get(0);
        }

        String status() {
            return String.valueOf(head().get(":status"));
        }

        String text() {
            return body.toString(StandardCharsets.ISO_8859_1);
        }
    }

    final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    private final Map<Integer, Response> responses = new TreeMap<>();
    boolean updatesWindows = true;

    @Nullable
    Frame goAway;

    H2Client(int port) throws IOException {
        this(port, 65535);
    }

    H2Client(int port, int initialWindow) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(8000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
        out = socket.getOutputStream();
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, (byte) (initialWindow >> 8), (byte) initialWindow});
    }

    void frame(int type, int flags, int stream, byte... payload) throws IOException {
        out.write(bytes(type, flags, stream, payload));
    }

    /** Writes bytes as they are. */
    void raw(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    static byte[] bytes(int type, int flags, int stream, byte... payload) {
        ByteBuf frame = Unpooled.buffer(9 + payload.length)
                .writeMedium(payload.length)
                .writeByte(type)
                .writeByte(flags)
                .writeInt(stream)
                .writeBytes(payload);
        return ByteBufUtil.getBytes(frame);
    }

    static byte[] number(int value) {
        return ByteBufUtil.getBytes(Unpooled.buffer(4).writeInt(value));
    }

    /** A header block of names and values in turn, in their order. */
    byte[] block(String... fields) {
        ByteBuf block = Unpooled.buffer();
        try {
            for (int i = 0; i < fields.length; i += 2) {
                // one by one, because a set of headers would put pseudo-headers first
                Http2Headers one = new DefaultHttp2Headers(false).add(fields[i], fields[i + 1]);
                encoder.encodeHeaders(1, one, block);
            }
        } catch (Http2Exception e) {
            throw new IllegalArgumentException(e);
        }
        return ByteBufUtil.getBytes(block);
    }

    H2Client headers(int stream, boolean end, String... fields) throws IOException {
        frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block(fields));
        return this;
    }

    H2Client request(int stream, boolean end, String method, String path, String... fields) throws IOException {
        String[] all = new String[8 + fields.length];
        String[] pseudo = {":method", method, ":scheme", "http", ":path", path, ":authority", "h"};
        System.arraycopy(pseudo, 0, all, 0, 8);
        System.arraycopy(fields, 0, all, 8, fields.length);
        return headers(stream, end, all);
    }

    H2Client get(int stream, String path, String... fields) throws IOException {
        return request(stream, true, "GET", path, fields);
    }

    H2Client data(int stream, boolean end, String text) throws IOException {
        frame(DATA, end ? END_STREAM : 0, stream, text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Sends RST_STREAM. */
    void reset(int stream, int error) throws IOException {
        frame(RST_STREAM, 0, stream, number(error));
    }

    void window(int stream, int increment) throws IOException {
        frame(WINDOW_UPDATE, 0, stream, number(increment));
    }

    /** The next frame; SETTINGS are acknowledged and windows updated on the way. Null at the end of the connection. */
    @Nullable
    Frame next() {
        try {
            int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            byte[] payload = in.readNBytes(length);
            Frame frame = new Frame(type, flags, stream, payload);
            take(frame);
            return frame;
        } catch (EOFException | java.net.SocketException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next frame, of a connection that has not ended. */
    Frame required() {
        Frame frame = next();
        if (frame == null) {
            throw new AssertionError("the connection ended; goaway " + goAway);
        }
        return frame;
    }

    private void take(Frame frame) throws IOException {
        Response response = responses.computeIfAbsent(frame.stream(), id -> new Response());
        switch (frame.type()) {
            case SETTINGS -> {
                if ((frame.flags() & ACK) == 0) {
                    frame(SETTINGS, ACK, 0);
                }
            }
            case HEADERS -> {
                Map<String, String> head = new TreeMap<>();
                try {
                    for (var field : decoder.decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.payload()))) {
                        head.merge(field.getKey().toString(), field.getValue().toString(), (a, b) -> a + "|" + b);
                    }
                } catch (Http2Exception e) {
                    throw new IOException(e);
                }
                response.heads.add(head);
            }
            case DATA -> {
                response.body.write(frame.payload());
                if (updatesWindows && frame.payload().length > 0) {
                    window(0, frame.payload().length);
                    if (!frame.ends()) {
                        window(frame.stream(), frame.payload().length);
                    }
                }
            }
            case RST_STREAM -> response.reset = frame.error();
            case GOAWAY -> goAway = frame;
            default -> {}
        }
        response.ended |= frame.ends();
    }

    /** What came on a stream so far. */
    Response seen(int stream) {
        return responses.computeIfAbsent(stream, id -> new Response());
    }

    /** Reads until the stream has ended or was reset. */
    Response response(int stream) {
        Response response = seen(stream);
        while (!response.ended && response.reset < 0) {
            required();
        }
        return response;
    }

    /** Reads frames until one of a type comes. */
    Frame await(int type) {
        Frame frame = required();
        while (frame.type() != type) {
            frame = required();
        }
        return frame;
    }

    /** Reads to the end of the connection; returns the GOAWAY that came, or null. */
    @Nullable
    Frame end() {
        while (next() != null) {
            // until it ends
        }
        return goAway;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
