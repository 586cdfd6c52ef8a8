package io.isochrone.router.region;

/**
 * Numbers that lie evenly between 0 and 1 however few of them are taken: the multiples of the golden ratio (Weyl's sequence; Knuth, The
 * Art of Computer Programming 3, §6.4). A share of turns is then kept to within one turn, which dice would not do.
 *
 * <p>Thread-safe: no state.
 */
final class Spread {
    private static final int GOLDEN = 0x9E3779B9;
    private static final double SPAN = 1L << 32;

    private Spread() {}

    /** The number of a turn, from 0 to 1. */
    static double of(int turn) {
        return Integer.toUnsignedLong(turn * GOLDEN) / SPAN;
    }
}
