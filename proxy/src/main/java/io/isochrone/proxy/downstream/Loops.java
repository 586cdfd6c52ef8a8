package io.isochrone.proxy.downstream;

import io.isochrone.proxy.http.RequestHead;

/**
 * Tells requests that go in circles by the pseudonyms in {@code Via} (RFC 9110 §7.6.3): our own means a loop, and so do three of our
 * kind, for a request passes one router and one gateway. A client that forges them harms itself alone. Thread-safe: no state.
 */
final class Loops {
    /** What every node's pseudonym begins with. */
    static final String PREFIX = "isochrone-";

    private static final int MAX_NODES = 3;

    private Loops() {}

    static boolean isLoop(RequestHead request, String nodeId) {
        int nodes = 0;
        for (int i = 0; i < request.headerCount(); i++) {
            if (!request.headerName(i).equals("via")) {
                continue;
            }
            String value = request.headerValue(i);
            for (int at = value.indexOf(PREFIX); at >= 0; at = value.indexOf(PREFIX, at + 1)) {
                nodes++;
                int end = at + PREFIX.length() + nodeId.length();
                boolean own = value.startsWith(nodeId, at + PREFIX.length())
                        && (end == value.length() || value.charAt(end) == ',' || value.charAt(end) == ' ');
                if (own || nodes >= MAX_NODES) {
                    return true;
                }
            }
        }
        return false;
    }
}
