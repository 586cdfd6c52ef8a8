package io.isochrone.config.model;

import java.util.Arrays;
import java.util.HexFormat;

/** Reads and compares address blocks without ever asking DNS. Thread-safe: no state. */
final class CidrParser {
    private CidrParser() {}

    static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String written = slash < 0 ? text : text.substring(0, slash);
        byte[] address = IpLiteral.parse(written);
        if (address == null) {
            throw new IllegalArgumentException("\"" + text + "\" (expected: ADDRESS or ADDRESS/BITS)");
        }
        int length = address.length * 8;
        int mapped = length == 32 && written.indexOf(':') >= 0 ? 96 : 0;
        int bits = slash < 0 ? length : bits(text, slash + 1) - mapped;
        if (bits < 0 || bits > length) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" (expected: " + mapped + " to " + (mapped + length) + " after the slash)");
        }
        byte[] masked = mask(address, bits);
        if (!Arrays.equals(masked, address)) {
            throw new IllegalArgumentException("\"" + text + "\" (expected: no bits set after the prefix, such as "
                    + IpLiteral.format(masked) + "/" + bits + ")");
        }
        return new Cidr(HexFormat.of().formatHex(address), bits);
    }

    /** Returns the number that ends {@code text}, at most three digits without a leading zero; -1 when there is none. */
    private static int bits(String text, int from) {
        int digits = text.length() - from;
        if (digits < 1 || digits > 3 || digits > 1 && text.charAt(from) == '0') {
            return -1;
        }
        int bits = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            bits = bits * 10 + c - '0';
        }
        return bits;
    }

    /** Allocates nothing for IPv4 and plain IPv6. */
    static boolean contains(Cidr block, byte[] candidate) {
        byte[] address = IpLiteral.unmap(candidate);
        String network = block.address();
        if (network.length() != address.length * 2) {
            return false;
        }
        int left = block.prefixBits();
        for (int i = 0; left > 0; i++, left -= 8) {
            int octet =
                    Character.digit(network.charAt(2 * i), 16) << 4 | Character.digit(network.charAt(2 * i + 1), 16);
            int keep = left >= 8 ? 0xff : 0xff << (8 - left) & 0xff;
            if ((address[i] & keep) != octet) {
                return false;
            }
        }
        return true;
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
