package io.isochrone.proxy.balance;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where an endpoint is to be reached now. Thread-safe: whoever looks names up writes, all read; a read may be one answer old. */
public interface Addresses {
    /** In the order in which to try them for one connection, each time another first; empty: none is known. */
    List<InetSocketAddress> inOrder();

    /** Whether a connection to this address may carry further requests. O(number of addresses), no allocation. */
    boolean has(@Nullable SocketAddress address);

    /** Nobody could connect there, or not as soon as elsewhere: others are tried first until the next answer. */
    default void doubt(@Nullable SocketAddress address) {}

    /** Whether the very first answer is still to come. */
    default boolean isAwaited() {
        return false;
    }

    /** Runs the task after the first answer, good or bad, or soon if it was there already; on some other thread. */
    default void onFirst(Runnable task) {
        throw new IllegalStateException("addresses: known (expected: awaited)");
    }

    /** One that never changes. */
    static Addresses fixed(InetSocketAddress address) {
        List<InetSocketAddress> one = List.of(address);
        return new Addresses() {
            @Override
            public List<InetSocketAddress> inOrder() {
                return one;
            }

            @Override
            public boolean has(@Nullable SocketAddress any) {
                return true;
            }
        };
    }
}
