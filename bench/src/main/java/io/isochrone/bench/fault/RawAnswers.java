package io.isochrone.bench.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.locks.LockSupport;

/**
 * How {@link LedgerBackend} answers, by path. Numbers come from the query.
 *
 * <pre>
 * /slow?ms=1000           waits, then answers
 * /drip?n=10&amp;ms=50        n chunks of one byte, ms apart
 * /sse?n=10&amp;ms=100        n server-sent events, ms apart
 * /early                  403 before the request body is read; the body is read afterwards
 * /early-close            403 before the request body is read, then closes
 * /204body                204 with bytes behind it that do not belong there
 * /103                    103 Early Hints, then the answer
 * /trunc-cl               half of what Content-Length promised, then FIN
 * /trunc-chunk            chunks without the last one, then FIN
 * /reset                  half of what Content-Length promised, then RST
 * /big?bytes=1048576      that many bytes with Content-Length; &amp;chunked=1 without
 * /hdr?bytes=1000         a response field with that many bytes
 * /status?code=503        an empty answer with that status
 * /close                  answers with Connection: close
 * /trailers               chunked with a trailer field
 * /silent                 reads the request and never answers
 * /soak?bytes=200&amp;do=close    what belongs to the request's id and no other: {@link EchoAnswers}
 * /who?X                  X, the backend's name and X-Req-Id
 * anything else           method, target, body length and SHA-256, and the request fields
 * </pre>
 *
 * <p>Confined to the connection's thread.
 */
final class RawAnswers {
    private static final String HALF_OF_1000 = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + "x".repeat(500);

    private final String backend;
    private final Socket connection;
    private final InputStream in;
    private final OutputStream out;
    private final RawRequest request;

    RawAnswers(String backend, Socket connection, InputStream in, RawRequest request) throws IOException {
        this.backend = backend;
        this.connection = connection;
        this.in = in;
        this.out = connection.getOutputStream();
        this.request = request;
    }

    /** Answers and returns whether the connection may carry a further request. */
    boolean answer() throws IOException {
        String path = request.path();
        if (path.equals("/soak")) {
            return new EchoAnswers(connection, in, request).answer();
        }
        if (path.equals("/early") || path.equals("/early-close")) {
            boolean stays = path.equals("/early");
            full(403, "refused early by " + backend, stays ? "" : "Connection: close\r\n");
            if (stays) {
                request.readBody(in, (bytes, length) -> {});
            }
            return stays;
        }
        if ("100-continue".equalsIgnoreCase(request.header("Expect"))) {
            write("HTTP/1.1 100 Continue\r\n\r\n");
        }
        MessageDigest digest = sha256();
        long length = request.readBody(in, (bytes, count) -> digest.update(bytes, 0, count));
        switch (path) {
            case "/slow" -> {
                pause(request.number("ms", 1000));
                full(200, "slow", "");
            }
            case "/drip" -> drip("application/octet-stream", "x", request.number("ms", 50));
            case "/sse" -> drip("text/event-stream", "data: tick\n\n", request.number("ms", 100));
            case "/204body" -> write("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nstray");
            case "/103" -> {
                write("HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n");
                full(200, "after hints", "");
            }
            case "/trunc-cl" -> {
                write(HALF_OF_1000);
                return false;
            }
            case "/trunc-chunk" -> {
                write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n" + "x".repeat(100) + "\r\n");
                return false;
            }
            case "/reset" -> {
                write(HALF_OF_1000);
                connection.setSoLinger(true, 0);
                return false;
            }
            case "/big" -> big(request.number("bytes", 1 << 20), request.number("chunked", 0) == 1);
            case "/hdr" -> full(200, "wide", "X-Wide: " + "h".repeat((int) request.number("bytes", 1000)) + "\r\n");
            case "/status" -> full((int) request.number("code", 503), "", "");
            case "/close" -> {
                full(200, "last", "Connection: close\r\n");
                return false;
            }
            case "/trailers" ->
                write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                        + "3\r\nabc\r\n0\r\nX-Sum: 3\r\n\r\n");
            case "/silent" -> {
                pause(request.number("ms", 600_000));
                return false;
            }
            case "/who" -> full(200, request.query() + " " + backend + " " + request.header("X-Req-Id"), "");
            default -> full(200, mirror(length, HexFormat.of().formatHex(digest.digest())), "");
        }
        return !"close".equalsIgnoreCase(request.header("Connection"));
    }

    private String mirror(long length, String sha256) {
        StringBuilder text = new StringBuilder(256);
        text.append("backend: ").append(backend).append('\n');
        text.append("request: ")
                .append(request.method())
                .append(' ')
                .append(request.target())
                .append('\n');
        text.append("body-bytes: ").append(length).append('\n');
        text.append("body-sha256: ").append(sha256).append('\n');
        for (String field : request.fields()) {
            text.append(field).append('\n');
        }
        return text.toString();
    }

    private void full(int status, String body, String fields) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + " Planned\r\nContent-Type: text/plain\r\nX-Backend: " + backend
                + "\r\nContent-Length: " + bytes.length + "\r\n" + fields + "\r\n";
        byte[] headBytes = head.getBytes(StandardCharsets.ISO_8859_1);
        boolean bodiless = request.method().equals("HEAD");
        byte[] all = new byte[headBytes.length + (bodiless ? 0 : bytes.length)];
        System.arraycopy(headBytes, 0, all, 0, headBytes.length);
        System.arraycopy(bytes, 0, all, headBytes.length, all.length - headBytes.length);
        out.write(all);
    }

    private void drip(String type, String piece, long millis) throws IOException {
        write("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nTransfer-Encoding: chunked\r\n\r\n");
        long count = request.number("n", 10);
        for (long i = 0; i < count; i++) {
            write(Integer.toHexString(piece.length()) + "\r\n" + piece + "\r\n");
            pause(millis);
        }
        write("0\r\n\r\n");
    }

    private void big(long bytes, boolean chunked) throws IOException {
        byte[] block = new byte[64 * 1024];
        for (int i = 0; i < block.length; i++) {
            block[i] = (byte) ('a' + i % 26);
        }
        write("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
                + (chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + bytes) + "\r\n\r\n");
        for (long left = request.method().equals("HEAD") ? 0 : bytes; left > 0; ) {
            int length = (int) Math.min(block.length, left);
            if (chunked) {
                write(Integer.toHexString(length) + "\r\n");
            }
            out.write(block, 0, length);
            if (chunked) {
                write("\r\n");
            }
            left -= length;
        }
        if (chunked) {
            write("0\r\n\r\n");
        }
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void pause(long millis) {
        long until = System.nanoTime() + millis * 1_000_000;
        for (long left = millis * 1_000_000; left > 0 && !connection.isClosed(); left = until - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
