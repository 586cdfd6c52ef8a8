package io.isochrone.proxy.downstream;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * How many connections each client has. An IPv6 client is its /64, for one machine has all of that. Touched when connections come and go
 * only; has no more entries than there are connections.
 *
 * <p>Thread-safe.
 */
public final class ClientCounts {
    private static final int PREFIX_BYTES = 8;

    private final ConcurrentMap<ByteBuffer, Integer> counts = new ConcurrentHashMap<>();

    /** Counts one more connection of {@code address} (4 or 16 bytes) unless it has {@code most} already; returns whether it was counted. */
    public boolean open(byte[] address, int most) {
        ByteBuffer client = client(address);
        int now = counts.merge(client, 1, Integer::sum);
        if (now > most) {
            close(address);
            return false;
        }
        return true;
    }

    /** Whether {@code address} has {@code most} connections already; may be a moment old. */
    boolean isFull(byte[] address, int most) {
        return counts.getOrDefault(client(address), 0) >= most;
    }

    /** Counts one connection less. */
    public void close(byte[] address) {
        counts.computeIfPresent(client(address), (client, count) -> count == 1 ? null : count - 1);
    }

    /** How many clients have a connection. */
    public int clients() {
        return counts.size();
    }

    private static ByteBuffer client(byte[] address) {
        return ByteBuffer.wrap(address, 0, Math.min(address.length, PREFIX_BYTES));
    }
}
