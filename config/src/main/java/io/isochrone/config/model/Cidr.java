package io.isochrone.config.model;

/**
 * A block of IP addresses.
 *
 * <p>Immutable.
 *
 * @param address 4 or 16 bytes as hexadecimal digits, network order, bits below the prefix are zero
 * @param prefixBits 0 to 32 or 0 to 128
 */
public record Cidr(String address, int prefixBits) {
    /** Reads {@code 10.0.0.0/8}, {@code ::1} or {@code 2001:db8::/32}; never asks DNS. Throws IllegalArgumentException. */
    public static Cidr parse(String text) {
        return CidrParser.parse(text);
    }

    /** Whether the block holds {@code candidate} (4 or 16 bytes; an IPv4-mapped IPv6 address counts as IPv4). */
    public boolean contains(byte[] candidate) {
        return CidrParser.contains(this, candidate);
    }
}
