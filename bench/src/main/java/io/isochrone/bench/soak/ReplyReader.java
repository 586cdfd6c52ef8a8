package io.isochrone.bench.soak;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Reads HTTP/1.1 responses off a stream by their framing (RFC 9112 §6.3): whole ones are returned, cut ones end in an EOFException, whatever makes no sense
 * in a {@link SenselessException}.
 *
 * <p>Not thread-safe; confined to its owner.
 */
final class ReplyReader {
    private static final int MAX_HEAD = 64 << 10;
    private static final int MAX_BODY = 16 << 20;

    private final InputStream in;
    private boolean begun;

    ReplyReader(InputStream in) {
        this.in = in;
    }

    /** The bytes are no response. Immutable. */
    static final class SenselessException extends IOException {
        private static final long serialVersionUID = 1L;

        SenselessException(String message) {
            super(message);
        }
    }

    /** Paces reading. Not thread-safe; confined to its owner. */
    interface Pace {
        /** Called after so many more bytes of the body. */
        void read(int bytes) throws IOException;
    }

    /** Whether a byte of the response that is read, or was read last, has come. */
    boolean hasBegun() {
        return begun;
    }

    /** The next final response. */
    Reply next(Pace pace) throws IOException {
        Reply head = head();
        while (head.status() < 200) {
            head = head();
        }
        return body(head, pace);
    }

    /** The next head with an empty body: an interim one, or one whose body is left to {@link #body}. */
    Reply head() throws IOException {
        begun = false;
        String line = line();
        if (!line.matches("HTTP/1\\.1 \\d{3} .*")) {
            throw new SenselessException("status line: \"" + printable(line) + "\"");
        }
        Map<String, String> fields = new HashMap<>();
        int size = line.length();
        for (String field = line(); !field.isEmpty(); field = line()) {
            int colon = field.indexOf(':');
            size += field.length();
            if (colon <= 0 || size > MAX_HEAD) {
                throw new SenselessException("field: \"" + printable(field) + "\"");
            }
            fields.put(
                    field.substring(0, colon).toLowerCase(Locale.ROOT),
                    field.substring(colon + 1).strip());
        }
        return new Reply(Integer.parseInt(line.substring(9, 12)), Map.copyOf(fields), new byte[0]);
    }

    /** The head with its body. */
    Reply body(Reply head, Pace pace) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (head.field("transfer-encoding").equalsIgnoreCase("chunked")) {
            for (int size = size(line()); size > 0; size = size(line())) {
                copy(size, body, pace);
                if (!line().isEmpty()) {
                    throw new SenselessException("chunk: longer than it said");
                }
            }
            while (!line().isEmpty()) {
                // Trailers are read and not kept.
            }
        } else if (head.fields().containsKey("content-length")) {
            copy(Integer.parseInt(head.field("content-length")), body, pace);
        } else if (head.status() != 204 && head.status() != 304) {
            throw new SenselessException("framing: none " + head.fields());
        }
        return new Reply(head.status(), head.fields(), body.toByteArray());
    }

    private static int size(String line) throws SenselessException {
        try {
            int size = Integer.parseInt(line, 16);
            if (size >= 0 && size <= MAX_BODY) {
                return size;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new SenselessException("chunk size: \"" + printable(line) + "\"");
    }

    private void copy(int length, ByteArrayOutputStream to, Pace pace) throws IOException {
        byte[] buffer = new byte[4096];
        for (int left = length; left > 0; ) {
            int read = in.read(buffer, 0, Math.min(buffer.length, left));
            if (read < 0) {
                throw new EOFException("body: cut");
            }
            to.write(buffer, 0, read);
            left -= read;
            pace.read(read);
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("head: cut");
            }
            begun = true;
            if (line.size() > MAX_HEAD) {
                throw new SenselessException("line: longer than " + MAX_HEAD);
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        if (!text.endsWith("\r")) {
            throw new SenselessException("line: \"" + printable(text) + "\" without CR");
        }
        return text.substring(0, text.length() - 1);
    }

    private static String printable(String text) {
        String start = text.length() > 200 ? text.substring(0, 200) : text;
        return start.replaceAll("[^\\x20-\\x7e]", ".");
    }
}
