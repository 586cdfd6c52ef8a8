package io.isochrone.proxy.client;

import io.isochrone.config.model.IpLiteral;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the beginning of a connection says as a PROXY protocol header, version 1 or 2 (HAProxy, “The PROXY protocol”, 2020).
 *
 * <p>Immutable.
 *
 * @param status what is there
 * @param length bytes of the header; what follows is the client's
 * @param address the client's, 4 or 16 bytes; null unless {@code PROXIED}
 * @param port the client's
 * @param problem what is wrong; empty unless {@code BROKEN}
 */
public record ProxyHeader(Status status, int length, byte @Nullable [] address, int port, String problem) {
    /** The longest header that is taken, TLVs included. */
    public static final int MAX_BYTES = 16 + 4096;

    private static final byte[] ONE = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TWO = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
    private static final int MAX_LINE = 107;
    private static final int FIXED_BYTES = 16;
    private static final int MAX_REST = 4096;
    private static final ProxyHeader PARTIAL = new ProxyHeader(Status.PARTIAL, 0, null, 0, "");

    /** What is there. */
    public enum Status {
        /** The beginning of a header. */
        PARTIAL,
        /** A header that names nobody: a check of the load balancer itself, or a family without IP addresses. */
        LOCAL,
        /** A header that names the client. */
        PROXIED,
        /** No header, or one that breaks the protocol. */
        BROKEN
    }

    /** Looks at the first {@code length} of {@code bytes}; never reads behind the header. */
    public static ProxyHeader parse(byte[] bytes, int length) {
        if (length == 0) {
            return PARTIAL;
        }
        if (startsLike(bytes, length, ONE)) {
            return length < ONE.length ? PARTIAL : versionOne(bytes, length);
        }
        if (startsLike(bytes, length, TWO)) {
            return length < FIXED_BYTES ? PARTIAL : versionTwo(bytes, length);
        }
        return broken("no PROXY header");
    }

    private static boolean startsLike(byte[] bytes, int length, byte[] signature) {
        int n = Math.min(length, signature.length);
        return Arrays.equals(bytes, 0, n, signature, 0, n);
    }

    private static ProxyHeader broken(String problem) {
        return new ProxyHeader(Status.BROKEN, 0, null, 0, problem);
    }

    // ---- version 1: a line of text

    private static ProxyHeader versionOne(byte[] bytes, int length) {
        int end = Math.min(length, MAX_LINE);
        for (int i = ONE.length; i < end; i++) {
            if (bytes[i] == '\n') {
                return bytes[i - 1] == '\r'
                        ? line(new String(bytes, 0, i - 1, StandardCharsets.ISO_8859_1), i + 1)
                        : broken("version 1: a line feed without its carriage return");
            }
        }
        return length < MAX_LINE ? PARTIAL : broken("version 1: longer than " + MAX_LINE + " bytes");
    }

    private static ProxyHeader line(String line, int length) {
        String[] words = line.split(" ", -1);
        if (words[1].equals("UNKNOWN")) {
            return new ProxyHeader(Status.LOCAL, length, null, 0, "");
        }
        boolean four = words[1].equals("TCP4");
        if (!four && !words[1].equals("TCP6") || words.length != 6) {
            return broken("version 1: not TCP4, TCP6 or UNKNOWN with two addresses and two ports");
        }
        byte[] source = IpLiteral.parse(words[2]);
        byte[] destination = IpLiteral.parse(words[3]);
        if (source == null || destination == null || isFour(words[2]) != four || isFour(words[3]) != four) {
            return broken("version 1: an address that is none of its family");
        }
        int port = port(words[4]);
        if (port < 0 || port(words[5]) < 0) {
            return broken("version 1: a port that is not 0 to 65535");
        }
        return new ProxyHeader(Status.PROXIED, length, IpLiteral.unmap(source), port, "");
    }

    private static boolean isFour(String address) {
        return address.indexOf(':') < 0;
    }

    private static int port(String text) {
        if (text.isEmpty() || text.length() > 5 || text.length() > 1 && text.charAt(0) == '0') {
            return -1;
        }
        int port = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            port = port * 10 + digit - '0';
        }
        return port <= 0xFFFF ? port : -1;
    }

    // ---- version 2: 16 bytes, addresses, TLVs

    private static ProxyHeader versionTwo(byte[] bytes, int length) {
        int version = bytes[12] >> 4 & 0xF;
        int command = bytes[12] & 0xF;
        int rest = u16(bytes, 14);
        if (version != 2 || command > 1) {
            return broken("version 2: version " + version + ", command " + command + " (expected: 2, and 0 or 1)");
        }
        if (rest > MAX_REST) {
            return broken("version 2: " + rest + " bytes of addresses and TLVs (expected: at most " + MAX_REST + ")");
        }
        if (length < FIXED_BYTES + rest) {
            return PARTIAL;
        }
        int family = bytes[13] >> 4 & 0xF;
        int transport = bytes[13] & 0xF;
        boolean named = command == 1 && (family == 1 || family == 2);
        if (named && transport != 1 || family > 3 || transport > 2) {
            return broken("version 2: family " + family + ", transport " + transport + " (expected: a TCP connection)");
        }
        int addressBytes = family == 1 ? 4 : 16;
        int addresses = named ? 2 * addressBytes + 4 : command == 1 && family == 3 ? 216 : 0;
        if (rest < addresses) {
            return broken("version 2: " + rest + " bytes (expected: at least " + addresses + " for the addresses)");
        }
        if (named && !areTlvs(bytes, FIXED_BYTES + addresses, FIXED_BYTES + rest)) {
            return broken("version 2: a TLV that is longer than the header");
        }
        if (!named) {
            return new ProxyHeader(Status.LOCAL, FIXED_BYTES + rest, null, 0, "");
        }
        byte[] source = Arrays.copyOfRange(bytes, FIXED_BYTES, FIXED_BYTES + addressBytes);
        int port = u16(bytes, FIXED_BYTES + 2 * addressBytes);
        return new ProxyHeader(Status.PROXIED, FIXED_BYTES + rest, IpLiteral.unmap(source), port, "");
    }

    private static boolean areTlvs(byte[] bytes, int from, int end) {
        int at = from;
        while (at + 3 <= end) {
            at += 3 + u16(bytes, at + 1);
        }
        return at == end;
    }

    private static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
    }
}
