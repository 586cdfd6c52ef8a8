package io.isochrone.bench.fault;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/**
 * Bodies that belong to one request and to no other: the request's id, a line feed, then bytes drawn by that id. Whoever knows the id knows every byte, so
 * that a byte of another body is found wherever it stands.
 *
 * <p>Thread-safe: no state.
 */
public final class EchoBody {
    /** The request field and the response field with the id. */
    public static final String ID = "Soak-Id";

    /** The response field with the length that the body must have, whatever its framing. */
    public static final String LENGTH = "Soak-Length";

    /** The response field with {@link #sum} of its body. */
    public static final String SUM = "Soak-Sum";

    /** The response field with the length and the {@link #sum} of the request body that arrived, with a colon between. */
    public static final String GOT = "Soak-Got";

    private EchoBody() {}

    /** The body of {@code id} with that length; shorter than the id's line it is cut. */
    public static byte[] of(String id, int length) {
        byte[] body = new byte[length];
        CRC32 seed = new CRC32();
        byte[] name = (id + "\n").getBytes(StandardCharsets.US_ASCII);
        seed.update(name);
        new SplittableRandom(seed.getValue()).nextBytes(body);
        System.arraycopy(name, 0, body, 0, Math.min(name.length, length));
        return body;
    }

    /** A checksum (CRC-32) as eight hexadecimal digits. */
    public static String sum(byte[] body) {
        CRC32 sum = new CRC32();
        sum.update(body);
        return hex(sum);
    }

    static String hex(CRC32 sum) {
        return String.format("%08x", sum.getValue());
    }
}
