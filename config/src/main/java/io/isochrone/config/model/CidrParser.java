package io.isochrone.config.model;

import java.util.Arrays;
import java.util.HexFormat;

/** Reads and compares address blocks without ever asking DNS. Thread-safe: no state. */
final class CidrParser {
    private CidrParser() {}

    static Cidr parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = IpLiteral.parse(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            throw new IllegalArgumentException("\"" + text + "\" (expected: ADDRESS or ADDRESS/BITS)");
        }
        int bits = address.length * 8;
        if (slash >= 0) {
            try {
                bits = Integer.parseInt(text.substring(slash + 1));
            } catch (NumberFormatException e) {
                bits = -1;
            }
            if (bits < 0 || bits > address.length * 8) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" (expected: 0 to " + address.length * 8 + " after the slash)");
            }
        }
        byte[] masked = mask(address, bits);
        if (!Arrays.equals(masked, address)) {
            throw new IllegalArgumentException("\"" + text + "\" (expected: no bits set after the prefix, such as "
                    + IpLiteral.format(masked) + "/" + bits + ")");
        }
        return new Cidr(HexFormat.of().formatHex(address), bits);
    }

    static boolean contains(Cidr block, byte[] candidate) {
        byte[] network = HexFormat.of().parseHex(block.address());
        byte[] address = IpLiteral.unmap(candidate);
        return network.length == address.length && Arrays.equals(mask(address, block.prefixBits()), network);
    }

    private static byte[] mask(byte[] address, int bits) {
        byte[] masked = new byte[address.length];
        for (int i = 0; i < address.length; i++) {
            int keep = Math.max(0, Math.min(8, bits - i * 8));
            masked[i] = (byte) (address[i] & (0xff << (8 - keep)));
        }
        return masked;
    }
}
