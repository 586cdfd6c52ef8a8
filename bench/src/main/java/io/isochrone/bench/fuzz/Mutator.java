package io.isochrone.bench.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes messages that are almost right: one of a few good ones, changed in up to eight places, or now and then bytes drawn at random.
 *
 * <p>Thread-safe: no state; chance comes as an argument.
 */
final class Mutator {
    private static final List<String> REQUESTS = List.of(
            "GET /f HTTP/1.1\r\nHost: h\r\n\r\n",
            "POST /f HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
            "POST /f?a=b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;x=\"y\"\r\nabc\r\n0\r\nT: u\r\n\r\n",
            "PUT /f HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
            "GET /f HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            "GET http://h/f/%2e%2e/g HTTP/1.0\r\nVia: 1.1 x\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n",
            "GET /f HTTP/1.1\r\nHost: h\r\n\r\nGET /f HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    private static final List<String> RESPONSES = List.of(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nT: u\r\n\r\n",
            "HTTP/1.1 103 Early\r\nLink: </x>\r\n\r\nHTTP/1.1 204 No\r\n\r\n",
            "HTTP/1.0 200 OK\r\n\r\nuntil the end",
            "HTTP/1.1 101 Up\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n",
            "HTTP/1.1 304 Not\r\nETag: \"x\"\r\nKeep-Alive: timeout=5\r\n\r\n");
    private static final List<String> TOKENS = List.of(
            "\r\n",
            "\n",
            "\r",
            "\0",
            ":",
            " ",
            "\t",
            ",",
            ";",
            "%00",
            "%2f",
            "..",
            "\u00ff",
            "-1",
            "0x10",
            "18446744073709551616",
            "Content-Length: 6\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: identity\r\n",
            "HTTP/1.1",
            "HTTP/2.0",
            "Connection: close\r\n",
            "0\r\n\r\n",
            "ffffffff\r\n",
            "Host: other\r\n",
            " folded\r\n");

    /** Frames after the preface (RFC 9113): SETTINGS, HEADERS of a GET for / from the static table, DATA, PING, GOAWAY. */
    private static final int[][] FRAMES = {
        {0, 0, 0, 4, 0, 0, 0, 0, 0},
        {0, 0, 0, 4, 1, 0, 0, 0, 0},
        {0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 9},
        {0, 0, 6, 1, 5, 0, 0, 0, 1, 0x82, 0x84, 0x86, 0x41, 0x01, 'h'},
        {0, 0, 6, 1, 4, 0, 0, 0, 3, 0x83, 0x84, 0x86, 0x41, 0x01, 'h'},
        {0, 0, 1, 1, 4, 0, 0, 0, 1, 0x88},
        {0, 0, 1, 9, 4, 0, 0, 0, 3, 0x88},
        {0, 0, 3, 0, 1, 0, 0, 0, 3, 'a', 'b', 'c'},
        {0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8},
        {0, 0, 4, 8, 0, 0, 0, 0, 3, 0, 0, 1, 0},
        {0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 8},
        {0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0}
    };

    private Mutator() {}

    static byte[] request(SplittableRandom random) {
        return text(REQUESTS, random);
    }

    static byte[] response(SplittableRandom random) {
        return text(RESPONSES, random);
    }

    private static byte[] text(List<String> of, SplittableRandom random) {
        return mutated(pick(of, random).getBytes(StandardCharsets.ISO_8859_1), random);
    }

    /** Up to twelve frames; {@code preface}: of a client. The first SETTINGS is good most of the time, else little would come behind it. */
    static byte[] frames(boolean preface, SplittableRandom random) {
        ByteArrayOutputStream good = new ByteArrayOutputStream();
        if (preface) {
            good.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        write(FRAMES[0], good);
        ByteArrayOutputStream more = new ByteArrayOutputStream();
        for (int i = random.nextInt(12); i >= 0; i--) {
            write(FRAMES[random.nextInt(FRAMES.length)], more);
        }
        if (random.nextInt(8) == 0) {
            good.writeBytes(more.toByteArray());
            return mutated(good.toByteArray(), random);
        }
        good.writeBytes(mutated(more.toByteArray(), random));
        return good.toByteArray();
    }

    private static void write(int[] frame, ByteArrayOutputStream out) {
        for (int each : frame) {
            out.write(each);
        }
    }

    private static byte[] mutated(byte[] good, SplittableRandom random) {
        byte[] now = good;
        if (random.nextInt(20) == 0) {
            now = new byte[random.nextInt(600)];
            random.nextBytes(now);
        }
        for (int i = random.nextInt(8); i > 0; i--) {
            int at = random.nextInt(now.length + 1);
            int end = Math.min(now.length, at + random.nextInt(12));
            now = switch (random.nextInt(6)) {
                case 0 -> joined(now, at, new byte[] {(byte) random.nextInt(256)}, Math.min(now.length, at + 1));
                case 1 -> joined(now, at, pick(TOKENS, random).getBytes(StandardCharsets.ISO_8859_1), at);
                case 2 -> joined(now, at, new byte[0], end);
                case 3 -> joined(now, end, Arrays.copyOfRange(now, at, end), end);
                case 4 -> joined(now, at, new byte[0], random.nextInt(4) == 0 ? now.length : at);
                default -> joined(now, at, new byte[random.nextInt(3) == 0 ? 5000 : 1], at);
            };
        }
        return now;
    }

    /** The bytes before {@code at}, then {@code middle}, then those from {@code on}. */
    private static byte[] joined(byte[] bytes, int at, byte[] middle, int on) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, at);
        out.writeBytes(middle);
        out.write(bytes, on, bytes.length - on);
        return out.toByteArray();
    }

    private static String pick(List<String> of, SplittableRandom random) {
        return of.get(random.nextInt(of.size()));
    }
}
