package io.isochrone.proxy.client;

import io.isochrone.config.model.IpLiteral;
import io.isochrone.proxy.outcome.ProxyProtocolFault;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the beginning of a connection says as a PROXY protocol header, version 1 or 2 (HAProxy, “The PROXY protocol”, 2020).
 *
 * <p>Immutable.
 *
 * @param status what is there
 * @param length bytes of the header, what follows is the client's; of a {@code PARTIAL} one how many must be there before another
 *     look can say more; 0 of a {@code BROKEN} one
 * @param ends of the connection that the header names; null unless {@code PROXIED}
 * @param fault what kind of mistake it is; null unless {@code BROKEN}
 * @param problem what is wrong; empty unless {@code BROKEN}
 */
public record ProxyHeader(
        Status status,
        int length,
        @Nullable Ends ends,
        @Nullable ProxyProtocolFault fault,
        String problem) {
    /** The longest header that is taken, TLVs included. */
    public static final int MAX_BYTES = 16 + 4096;

    private static final byte[] ONE = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TWO = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
    private static final int MAX_LINE = 107;
    private static final int FIXED_BYTES = 16;
    private static final int MAX_REST = 4096;
    private static final int UNIX_BYTES = 216;

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

    /**
     * Both ends of a TCP connection.
     *
     * <p>Immutable: nobody changes the arrays.
     *
     * @param source the client, 4 or 16 bytes, IPv4-mapped IPv6 already as IPv4
     * @param sourcePort 0 to 65535
     * @param destination what the client connected to, as the source
     * @param destinationPort 0 to 65535
     */
    public record Ends(byte[] source, int sourcePort, byte[] destination, int destinationPort) {}

    /** Looks at the first {@code length} of {@code bytes}; never reads behind the header. */
    public static ProxyHeader parse(byte[] bytes, int length) {
        if (length == 0) {
            return partial(1);
        }
        if (startsLike(bytes, length, ONE)) {
            return length < ONE.length ? partial(length + 1) : versionOne(bytes, length);
        }
        if (startsLike(bytes, length, TWO)) {
            return length < TWO.length
                    ? partial(length + 1)
                    : length < FIXED_BYTES ? partial(FIXED_BYTES) : versionTwo(bytes, length);
        }
        return broken(ProxyProtocolFault.MISSING, "no PROXY header");
    }

    private static boolean startsLike(byte[] bytes, int length, byte[] signature) {
        int n = Math.min(length, signature.length);
        return Arrays.equals(bytes, 0, n, signature, 0, n);
    }

    private static ProxyHeader partial(int needed) {
        return new ProxyHeader(Status.PARTIAL, needed, null, null, "");
    }

    private static ProxyHeader local(int length) {
        return new ProxyHeader(Status.LOCAL, length, null, null, "");
    }

    private static ProxyHeader broken(ProxyProtocolFault fault, String problem) {
        return new ProxyHeader(Status.BROKEN, 0, null, fault, problem);
    }

    private static ProxyHeader malformed(String problem) {
        return broken(ProxyProtocolFault.MALFORMED, problem);
    }

    // ---- version 1: a line of text

    private static ProxyHeader versionOne(byte[] bytes, int length) {
        int end = Math.min(length, MAX_LINE);
        for (int i = ONE.length; i < end; i++) {
            if (bytes[i] == '\n') {
                return bytes[i - 1] == '\r'
                        ? line(new String(bytes, 0, i - 1, StandardCharsets.ISO_8859_1), i + 1)
                        : malformed("version 1: a line feed without its carriage return");
            }
        }
        return length < MAX_LINE
                ? partial(length + 1)
                : broken(ProxyProtocolFault.TOO_LONG, "version 1: longer than " + MAX_LINE + " bytes");
    }

    private static ProxyHeader line(String line, int length) {
        String[] words = line.split(" ", -1);
        if (words[1].equals("UNKNOWN")) {
            return local(length);
        }
        boolean four = words[1].equals("TCP4");
        if (!four && !words[1].equals("TCP6") || words.length != 6) {
            return malformed("version 1: not TCP4, TCP6 or UNKNOWN with two addresses and two ports");
        }
        byte[] source = IpLiteral.parse(words[2]);
        byte[] destination = IpLiteral.parse(words[3]);
        if (source == null || destination == null || isFour(words[2]) != four || isFour(words[3]) != four) {
            return malformed("version 1: an address that is none of its family");
        }
        int sourcePort = port(words[4]);
        int destinationPort = port(words[5]);
        if (sourcePort < 0 || destinationPort < 0) {
            return malformed("version 1: a port that is not 0 to 65535");
        }
        return proxied(length, source, sourcePort, destination, destinationPort);
    }

    private static ProxyHeader proxied(
            int length, byte[] source, int sourcePort, byte[] destination, int destinationPort) {
        Ends ends = new Ends(IpLiteral.unmap(source), sourcePort, IpLiteral.unmap(destination), destinationPort);
        return new ProxyHeader(Status.PROXIED, length, ends, null, "");
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
            return malformed("version 2: version " + version + ", command " + command + " (expected: 2, and 0 or 1)");
        }
        if (rest > MAX_REST) {
            return broken(
                    ProxyProtocolFault.TOO_LONG,
                    "version 2: " + rest + " bytes of addresses and TLVs (expected: at most " + MAX_REST + ")");
        }
        if (command == 0) { // whatever family and addresses come with LOCAL are to be ignored
            return length < FIXED_BYTES + rest ? partial(FIXED_BYTES + rest) : local(FIXED_BYTES + rest);
        }
        return switch (bytes[13]) {
            case 0x00 -> // of unknown length, so where TLVs begin is not known either
                length < FIXED_BYTES + rest ? partial(FIXED_BYTES + rest) : local(FIXED_BYTES + rest);
            case 0x11 -> named(bytes, length, rest, 4);
            case 0x21 -> named(bytes, length, rest, 16);
            case 0x31 -> {
                ProxyHeader problem = rest(bytes, length, rest, UNIX_BYTES);
                yield problem == null ? local(FIXED_BYTES + rest) : problem;
            }
            case 0x12, 0x22, 0x32 ->
                broken(ProxyProtocolFault.NOT_TCP, "version 2: a client that sends datagrams (expected: a connection)");
            default ->
                malformed("version 2: family and transport 0x" + Integer.toHexString(bytes[13] & 0xFF)
                        + " (expected: 0x00, 0x11, 0x21 or 0x31)");
        };
    }

    private static ProxyHeader named(byte[] bytes, int length, int rest, int addressBytes) {
        int ports = FIXED_BYTES + 2 * addressBytes;
        ProxyHeader problem = rest(bytes, length, rest, 2 * addressBytes + 4);
        return problem != null
                ? problem
                : proxied(
                        FIXED_BYTES + rest,
                        Arrays.copyOfRange(bytes, FIXED_BYTES, FIXED_BYTES + addressBytes),
                        u16(bytes, ports),
                        Arrays.copyOfRange(bytes, FIXED_BYTES + addressBytes, ports),
                        u16(bytes, ports + 2));
    }

    /** Returns what is wrong with the bytes after the first 16 or that more must come; null: addresses and TLVs are whole. */
    private static @Nullable ProxyHeader rest(byte[] bytes, int length, int rest, int addresses) {
        if (rest < addresses) {
            return malformed("version 2: " + rest + " bytes (expected: at least " + addresses + " for the addresses)");
        }
        if (length < FIXED_BYTES + rest) {
            return partial(FIXED_BYTES + rest);
        }
        return areTlvs(bytes, FIXED_BYTES + addresses, FIXED_BYTES + rest)
                ? null
                : malformed("version 2: a TLV that is longer than the header");
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
