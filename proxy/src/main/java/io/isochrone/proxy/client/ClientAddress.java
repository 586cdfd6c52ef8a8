package io.isochrone.proxy.client;

import io.isochrone.config.model.Cidr;
import io.isochrone.config.model.IpLiteral;
import io.isochrone.proxy.http.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling: the connection's peer, or, when the peer is a trusted proxy, the nearest address in X-Forwarded-For that is not
 * one. The list is walked from the right because only what trusted proxies appended is known to be true; the leftmost entry is
 * whatever the client liked to write.
 *
 * <p>Immutable.
 *
 * @param bytes 4 or 16 bytes, network order
 * @param text the address as text
 * @param fromHeader whether a header said so
 */
public record ClientAddress(byte[] bytes, String text, boolean fromHeader) {
    private static final int MAX_HOPS = 32;

    /** Whether the address belongs to one of the trusted blocks. */
    public static boolean isTrusted(byte[] address, List<Cidr> trusted) {
        for (Cidr block : trusted) {
            if (block.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** Resolves the caller of a request. Reads literals only; at most 32 hops, and stops at the first entry it cannot read. */
    public static ClientAddress resolve(
            byte[] peer, String peerText, boolean peerTrusted, RequestHead head, List<Cidr> trusted) {
        ClientAddress nearest = new ClientAddress(peer, peerText, false);
        if (!peerTrusted) {
            return nearest;
        }
        int hops = 0;
        for (int i = head.headerCount() - 1; i >= 0; i--) {
            if (!head.headerName(i).equals("x-forwarded-for")) {
                continue;
            }
            String value = head.headerValue(i);
            int end = value.length();
            while (end >= 0) {
                int comma = value.lastIndexOf(',', end - 1);
                byte[] hop = literal(value.substring(comma + 1, end).trim());
                if (hop == null || ++hops > MAX_HOPS) {
                    return nearest;
                }
                nearest = new ClientAddress(hop, IpLiteral.format(hop), true);
                if (!isTrusted(hop, trusted)) {
                    return nearest;
                }
                end = comma;
            }
        }
        return nearest;
    }

    /** An address with or without port and brackets, or null. */
    static byte @Nullable [] literal(String entry) {
        String address = entry;
        if (entry.startsWith("[")) {
            int close = entry.indexOf(']');
            if (close < 0 || close + 1 < entry.length() && !isPort(entry, close + 1)) {
                return null;
            }
            address = entry.substring(1, close);
        } else {
            int colon = entry.indexOf(':');
            if (colon >= 0 && colon == entry.lastIndexOf(':')) {
                if (!isPort(entry, colon)) {
                    return null;
                }
                address = entry.substring(0, colon);
            }
        }
        return IpLiteral.parse(address);
    }

    private static boolean isPort(String text, int colon) {
        if (text.charAt(colon) != ':' || colon + 1 == text.length() || text.length() - colon > 6) {
            return false;
        }
        for (int i = colon + 1; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
