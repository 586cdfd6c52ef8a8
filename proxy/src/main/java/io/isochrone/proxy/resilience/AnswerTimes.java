package io.isochrone.proxy.resilience;

/**
 * How long an endpoint's recent answers took to begin, as a histogram: what is slow for a near node is fast for a far one, and a bound that
 * an operator writes fits neither for long.
 *
 * <p>{@code counts[4 * o + q]} = answers that took from (4 + q) / 4 to (5 + q) / 4 of 2^o quarter milliseconds (2^18 ns); the first and the last count
 * what is beyond. When {@value #MOST} are counted all counts are halved, so that old answers fade.
 *
 * <p>Not thread-safe; confined to its owner.
 */
public final class AnswerTimes {
    /** Fewer tell nothing. */
    static final int LEAST = 50;

    static final int MOST = 2000;
    private static final int LOWEST_BITS = 18;
    private static final int OCTAVES = 18;
    private static final int PER_OCTAVE_BITS = 2;
    private static final int PER_OCTAVE = 1 << PER_OCTAVE_BITS;

    private final int[] counts = new int[OCTAVES * PER_OCTAVE];
    private int total;

    /** An answer began after {@code nanos}, or had not begun after as long when it was given up. No allocation. */
    public void add(long nanos) {
        counts[index(nanos)]++;
        total++;
        if (total >= MOST) {
            halve();
        }
    }

    private static int index(long nanos) {
        long from = Math.max(nanos, 1L << LOWEST_BITS);
        int octave = Long.SIZE - 1 - Long.numberOfLeadingZeros(from);
        int quarter = (int) (from >>> octave - PER_OCTAVE_BITS) & PER_OCTAVE - 1;
        return Math.min(counts() - 1, (octave - LOWEST_BITS) * PER_OCTAVE + quarter);
    }

    private static int counts() {
        return OCTAVES * PER_OCTAVE;
    }

    private void halve() {
        total = 0;
        for (int i = 0; i < counts.length; i++) {
            counts[i] /= 2;
            total += counts[i];
        }
    }

    /**
     * What {@code percent} of 100 answers did not exceed, in nanoseconds, up to a quarter too long; {@link Long#MAX_VALUE} before there were
     * {@value #LEAST}. No allocation.
     */
    public long percentileNanos(int percent) {
        if (total < LEAST) {
            return Long.MAX_VALUE;
        }
        long rank = ((long) total * percent + 99) / 100;
        int i = 0;
        for (long below = counts[0]; below < rank; below += counts[i]) {
            i++;
        }
        int octave = LOWEST_BITS + i / PER_OCTAVE;
        return (PER_OCTAVE + 1L + i % PER_OCTAVE) << octave - PER_OCTAVE_BITS;
    }
}
