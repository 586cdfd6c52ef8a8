package io.isochrone.bench.fault;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as {@link LedgerBackend} reads it off a socket: lenient, for well-formed messages of proxies under test.
 *
 * <p>Immutable.
 *
 * @param method method
 * @param target request target
 * @param fields lines {@code Name: value} in order
 */
record RawRequest(String method, String target, List<String> fields) {
    private static final int MAX_HEAD_BYTES = 256 * 1024;

    RawRequest {
        fields = List.copyOf(fields);
    }

    /** Reads a head; null when the connection ended before its first byte. */
    static @Nullable RawRequest read(InputStream in) throws IOException {
        String start = line(in, true);
        if (start == null) {
            return null;
        }
        String[] parts = start.split(" ", 3);
        if (parts.length != 3) {
            throw new IOException("request line: " + start + " (expected: METHOD TARGET VERSION)");
        }
        List<String> fields = new ArrayList<>();
        int bytes = start.length();
        for (String line = need(in); !line.isEmpty(); line = need(in)) {
            bytes += line.length();
            if (bytes > MAX_HEAD_BYTES) {
                throw new IOException("head: more than " + MAX_HEAD_BYTES + " bytes (expected: less)");
            }
            fields.add(line);
        }
        return new RawRequest(parts[0], parts[1], fields);
    }

    /** Value of the first field of that name in any case, or null. */
    @Nullable
    String header(String name) {
        for (String field : fields) {
            int colon = field.indexOf(':');
            if (colon == name.length() && field.regionMatches(true, 0, name, 0, colon)) {
                return field.substring(colon + 1).trim();
            }
        }
        return null;
    }

    /** The path without the query. */
    String path() {
        int mark = target.indexOf('?');
        return mark < 0 ? target : target.substring(0, mark);
    }

    /** The query without its mark; empty when there is none. */
    String query() {
        int mark = target.indexOf('?');
        return mark < 0 ? "" : target.substring(mark + 1);
    }

    /** A number of the query, such as {@code ms} in {@code ?ms=20}. */
    long number(String name, long otherwise) {
        for (String pair : query().split("&")) {
            if (pair.startsWith(name + "=")) {
                return Long.parseLong(pair.substring(name.length() + 1));
            }
        }
        return otherwise;
    }

    /** A word of the query, such as {@code do} in {@code ?do=close}; empty when it is not there. */
    String word(String name) {
        for (String pair : query().split("&")) {
            if (pair.startsWith(name + "=")) {
                return pair.substring(name.length() + 1);
            }
        }
        return "";
    }

    /** Reads the whole body in chunks into {@code sink} and returns its length. */
    long readBody(InputStream in, ChunkSink sink) throws IOException {
        String coding = header("Transfer-Encoding");
        if (coding != null && coding.equalsIgnoreCase("chunked")) {
            long total = 0;
            for (long size = chunkSize(in); size > 0; size = chunkSize(in)) {
                total += copy(in, size, sink);
                need(in);
            }
            while (!need(in).isEmpty()) {
                // Trailers are read and not kept.
            }
            return total;
        }
        String length = header("Content-Length");
        return length == null ? 0 : copy(in, Long.parseLong(length), sink);
    }

    /** Takes parts of a body. Not thread-safe; confined to its owner. */
    interface ChunkSink {
        /** The array is reused after the call. */
        void accept(byte[] bytes, int length);
    }

    private static long chunkSize(InputStream in) throws IOException {
        String line = need(in);
        int semicolon = line.indexOf(';');
        return Long.parseLong((semicolon < 0 ? line : line.substring(0, semicolon)).trim(), 16);
    }

    private static long copy(InputStream in, long length, ChunkSink sink) throws IOException {
        byte[] buffer = new byte[(int) Math.min(Math.max(length, 1), 64 * 1024)];
        for (long left = length; left > 0; ) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new EOFException("body: " + (length - left) + " bytes (expected: " + length + ")");
            }
            sink.accept(buffer, read);
            left -= read;
        }
        return length;
    }

    private static String need(InputStream in) throws IOException {
        String line = line(in, false);
        if (line == null) {
            throw new EOFException("head: cut (expected: an empty line at its end)");
        }
        return line;
    }

    private static @Nullable String line(InputStream in, boolean mayEnd) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(128);
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                if (mayEnd && out.size() == 0) {
                    return null;
                }
                throw new EOFException("head: cut (expected: an empty line at its end)");
            }
            if (b != '\r') {
                out.write(b);
            }
            if (out.size() > MAX_HEAD_BYTES) {
                throw new IOException("line: more than " + MAX_HEAD_BYTES + " bytes (expected: less)");
            }
        }
        return out.toString(StandardCharsets.ISO_8859_1);
    }
}
