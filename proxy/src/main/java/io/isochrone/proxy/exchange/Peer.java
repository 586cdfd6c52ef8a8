package io.isochrone.proxy.exchange;

/**
 * The other end of a client connection.
 *
 * <p>Immutable.
 *
 * @param address 4 or 16 bytes, network order, IPv4-mapped IPv6 already as IPv4
 * @param text the address as text
 * @param port TCP port
 * @param tls whether the connection is encrypted
 * @param attachment what the product keeps for the connection's life, such as a trusted flag; set by its {@code PeerFactory}
 */
public record Peer(byte[] address, String text, int port, boolean tls, Object attachment) {
    /** Attached to a peer that acts for many clients, such as a router of ours or a proxy that the operator trusts: what one client may do it may do a hundredfold. */
    public static final Object NODE = "node";
}
