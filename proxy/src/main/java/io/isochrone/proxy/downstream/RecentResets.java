package io.isochrone.proxy.downstream;

/**
 * The streams of one connection that we reset last: what still comes for them was on its way and is no fault.
 *
 * <p>Shape: a ring of stream ids, 0 for none. Confined to one event loop.
 */
final class RecentResets {
    private static final int SIZE = 256;

    private final int[] ring = new int[SIZE];
    private int next;

    void add(int streamId) {
        ring[next++ & SIZE - 1] = streamId;
    }

    boolean contains(int streamId) {
        for (int id : ring) {
            if (id == streamId) {
                return true;
            }
        }
        return false;
    }
}
