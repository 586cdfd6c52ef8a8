package io.isochrone.bench.fault;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32;

/**
 * How {@link LedgerBackend} answers {@code /soak}: with the {@link EchoBody} of the request's id, and what it was asked to do wrong on the way.
 *
 * <pre>
 * /soak?bytes=200                 the body with Content-Length; &amp;chunked=1 without
 * &amp;do=reset                      RST: before the answer, or with half of it out
 * &amp;do=close                      FIN with half of the answer out
 * &amp;do=trickle                    the answer in pieces, 2 ms apart, at most 40
 * &amp;do=garbage                    bytes that are no HTTP, then FIN
 * &amp;do=early                      403 before the request body is read, which is read afterwards
 * &amp;do=early-close                403 before the request body is read, then FIN
 * &amp;do=stray                      the answer, and an answer that nobody asked for behind it
 * &amp;do=long                       the answer, and bytes beyond its length
 * </pre>
 *
 * <p>Confined to the connection's thread.
 */
final class EchoAnswers {
    /** The id in answers that nobody asked for: a client that sees it was given another's response. */
    static final String STRAY = "stray";

    private static final int PIECES = 40;
    private static final int TAIL = 100;
    private static final long PIECE_NANOS = 2_000_000;

    private final Socket connection;
    private final InputStream in;
    private final OutputStream out;
    private final RawRequest request;
    private final String id;

    EchoAnswers(Socket connection, InputStream in, RawRequest request) throws IOException {
        this.connection = connection;
        this.in = in;
        this.out = connection.getOutputStream();
        this.request = request;
        String named = request.header(EchoBody.ID);
        this.id = named == null ? "none" : named;
    }

    /** Answers and returns whether the connection may carry a further request. */
    boolean answer() throws IOException {
        String wrong = request.word("do");
        if (wrong.startsWith("early")) {
            boolean stays = wrong.equals("early");
            out.write(whole(403, id, "-", 40, stays ? "" : "Connection: close\r\n"));
            if (stays) {
                request.readBody(in, (bytes, length) -> {});
            }
            return stays;
        }
        if ("100-continue".equalsIgnoreCase(request.header("Expect"))) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        CRC32 sum = new CRC32();
        long length = request.readBody(in, (bytes, count) -> sum.update(bytes, 0, count));
        int bytes = (int) request.number("bytes", 200);
        String got = length + ":" + EchoBody.hex(sum);
        byte[] answer = request.number("chunked", 0) == 1 ? chunked(got, bytes) : whole(200, id, got, bytes, "");
        return switch (wrong) {
            case "reset" -> reset(answer);
            case "close" -> {
                out.write(answer, 0, answer.length / 2);
                yield false;
            }
            case "garbage" -> {
                byte[] noise = new byte[300];
                new SplittableRandom(answer.length ^ id.hashCode()).nextBytes(noise);
                noise[0] = 0x16;
                out.write(noise);
                yield false;
            }
            case "trickle" -> trickle(answer);
            case "stray" -> followed(answer, whole(200, STRAY, "-", 200, ""));
            case "long" -> followed(answer, EchoBody.of(STRAY, 64));
            default -> {
                out.write(answer);
                yield !"close".equalsIgnoreCase(request.header("Connection"));
            }
        };
    }

    private boolean reset(byte[] answer) throws IOException {
        if (id.hashCode() % 2 == 0) {
            out.write(answer, 0, answer.length / 2);
        }
        connection.setSoLinger(true, 0);
        return false;
    }

    private boolean trickle(byte[] answer) throws IOException {
        int piece = Math.max(1, answer.length / PIECES);
        for (int at = 0; at < answer.length; at += piece) {
            out.write(answer, at, Math.min(piece, answer.length - at));
            LockSupport.parkNanos(this, PIECE_NANOS);
        }
        return true;
    }

    /**
     * The end of the answer and what follows it leave in one piece. What came a moment later, when the next request was already on its way, nobody could tell from that one's
     * answer: HTTP/1.1 has no ids.
     */
    private boolean followed(byte[] answer, byte[] more) throws IOException {
        int most = answer.length - TAIL;
        out.write(answer, 0, most);
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.write(answer, most, TAIL);
        both.write(more);
        out.write(both.toByteArray());
        return true;
    }

    private static byte[] whole(int status, String id, String got, int bytes, String fields) throws IOException {
        byte[] body = EchoBody.of(id, bytes);
        ByteArrayOutputStream all = new ByteArrayOutputStream(bytes + 256);
        head(all, status, id, got, body, "Content-Length: " + bytes + "\r\n" + fields);
        all.write(body);
        return all.toByteArray();
    }

    private byte[] chunked(String got, int bytes) throws IOException {
        byte[] body = EchoBody.of(id, bytes);
        ByteArrayOutputStream all = new ByteArrayOutputStream(bytes + 512);
        head(all, 200, id, got, body, "Transfer-Encoding: chunked\r\n");
        for (int at = 0; at < bytes; at += 1000) {
            int length = Math.min(1000, bytes - at);
            all.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            all.write(body, at, length);
            all.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        all.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return all.toByteArray();
    }

    private static void head(ByteArrayOutputStream out, int status, String id, String got, byte[] body, String framing)
            throws IOException {
        String head = "HTTP/1.1 " + status + " Planned\r\n"
                + EchoBody.ID + ": " + id + "\r\n"
                + EchoBody.LENGTH + ": " + body.length + "\r\n"
                + EchoBody.SUM + ": " + EchoBody.sum(body) + "\r\n"
                + EchoBody.GOT + ": " + got + "\r\n"
                + framing + "\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
    }
}
