package io.isochrone.proxy.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The header fields of one head as ranges of its bytes, with what framing and routing need already recognised.
 *
 * <p>Shape: field {@code i} has its name in {@code bytes[nameStart[i], nameEnd[i])} and its value, trimmed, in
 * {@code bytes[valueStart[i], valueEnd[i])}. Reused from message to message.
 *
 * <p>Confined to one event loop.
 */
public final class HeaderFields {
    private static final int INITIAL = 32;

    byte[] bytes = new byte[0];
    int count;
    int[] nameStart = new int[INITIAL];
    int[] nameEnd = new int[INITIAL];
    int[] valueStart = new int[INITIAL];
    int[] valueEnd = new int[INITIAL];
    /** Bit i: field i is connection-specific and is not forwarded. */
    private long[] hopByHop = new long[(INITIAL + 63) / 64];

    long contentLength;
    boolean chunked;
    boolean close;
    boolean keepAlive;
    boolean expectContinue;
    /** Whether Connection has the option {@code upgrade}. */
    boolean upgradeOption;
    /** Index of the one Upgrade field; -1: none, -2: several. */
    int upgrade;

    int host;
    /** Seconds of {@code Keep-Alive: timeout=}, or -1. */
    int keepAliveSeconds;

    void reset(byte[] head) {
        bytes = head;
        count = 0;
        contentLength = -1;
        chunked = false;
        close = false;
        keepAlive = false;
        expectContinue = false;
        upgradeOption = false;
        upgrade = -1;
        host = -1;
        keepAliveSeconds = -1;
        java.util.Arrays.fill(hopByHop, 0);
    }

    void add(int ns, int ne, int vs, int ve) {
        if (count == nameStart.length) {
            grow();
        }
        nameStart[count] = ns;
        nameEnd[count] = ne;
        valueStart[count] = vs;
        valueEnd[count] = ve;
        count++;
    }

    private void grow() {
        int size = nameStart.length * 2;
        nameStart = java.util.Arrays.copyOf(nameStart, size);
        nameEnd = java.util.Arrays.copyOf(nameEnd, size);
        valueStart = java.util.Arrays.copyOf(valueStart, size);
        valueEnd = java.util.Arrays.copyOf(valueEnd, size);
        hopByHop = java.util.Arrays.copyOf(hopByHop, (size + 63) / 64);
    }

    void markHopByHop(int i) {
        hopByHop[i >> 6] |= 1L << (i & 63);
    }

    /** Whether field {@code i} belongs to the connection and is not forwarded (RFC 9110 §7.6.1). */
    public boolean isHopByHop(int i) {
        return (hopByHop[i >> 6] & 1L << (i & 63)) != 0;
    }

    /** How many fields there are. */
    public int count() {
        return count;
    }

    /** Declared body length, or -1. */
    public long contentLength() {
        return contentLength;
    }

    /** Whether the body is chunked. */
    public boolean isChunked() {
        return chunked;
    }

    /** What the one Upgrade field says, if Connection names it too (RFC 9110 §7.8); otherwise null. */
    public @Nullable String upgrade() {
        return upgradeOption && upgrade >= 0 && valueEnd[upgrade] > valueStart[upgrade] ? value(upgrade) : null;
    }

    /** Seconds that the other side says it keeps an idle connection, or -1. */
    public int keepAliveSeconds() {
        return keepAliveSeconds;
    }

    boolean nameIs(int i, String lowerCase) {
        return Ascii.equalsIgnoreCase(bytes, nameStart[i], nameEnd[i], lowerCase);
    }

    boolean valueIs(int i, String lowerCase) {
        return Ascii.equalsIgnoreCase(bytes, valueStart[i], valueEnd[i], lowerCase);
    }

    /** Index of the first field of that lower-case name, or -1. */
    public int find(String lowerCaseName) {
        for (int i = 0; i < count; i++) {
            if (nameIs(i, lowerCaseName)) {
                return i;
            }
        }
        return -1;
    }

    /** Name of field {@code i} in lower case. */
    public String lowerCaseName(int i) {
        String constant = KnownNames.find(bytes, nameStart[i], nameEnd[i]);
        if (constant != null) {
            return constant;
        }
        byte[] lower = java.util.Arrays.copyOfRange(bytes, nameStart[i], nameEnd[i]);
        for (int k = 0; k < lower.length; k++) {
            lower[k] = Ascii.lower(lower[k]);
        }
        return new String(lower, StandardCharsets.ISO_8859_1);
    }

    /** Value of field {@code i}, one character per byte. */
    public String value(int i) {
        return new String(bytes, valueStart[i], valueEnd[i] - valueStart[i], StandardCharsets.ISO_8859_1);
    }

    /** Value of the first field of that lower-case name, or null. */
    public @Nullable String value(String lowerCaseName) {
        int i = find(lowerCaseName);
        return i < 0 ? null : value(i);
    }

    /** Where the line of field {@code i} begins in the head's bytes. */
    public int lineStart(int i) {
        return nameStart[i];
    }

    /** Where the value of field {@code i} begins in the head's bytes. */
    public int valueStart(int i) {
        return valueStart[i];
    }

    /** Where the value of field {@code i} ends in the head's bytes; white space and CRLF may follow. */
    public int lineEnd(int i) {
        return valueEnd[i];
    }

    /** The bytes of the head; field ranges point into them. */
    public byte[] bytes() {
        return bytes;
    }
}
