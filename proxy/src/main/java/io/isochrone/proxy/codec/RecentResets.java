package io.isochrone.proxy.codec;

/**
 * The streams of one HTTP/2 connection that we reset last: what still comes for them was on its way and is no fault.
 *
 * <p>Shape: stream {@code s} is at {@code (s / 2) mod size}, 0 for none, so that looking one up takes one step. Of streams whose numbers
 * follow one another the last {@code size} are remembered. Confined to one event loop.
 */
public final class RecentResets {
    private final int[] ids;

    /** @param size how many are remembered, a power of two */
    public RecentResets(int size) {
        if (Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException("size: " + size + " (expected: a power of two)");
        }
        ids = new int[size];
    }

    /** Remembers a stream. */
    public void add(int streamId) {
        ids[streamId >>> 1 & ids.length - 1] = streamId;
    }

    /** Whether the stream was reset by us not long ago. */
    public boolean contains(int streamId) {
        return ids[streamId >>> 1 & ids.length - 1] == streamId;
    }
}
