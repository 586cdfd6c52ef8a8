package io.isochrone.proxy.resilience;

import java.time.Duration;

/**
 * How long an endpoint may say nothing while requests wait for it, learned from how long its answers take: the smoothed time to the
 * first byte, and four times its mean deviation or {@value #SLACK_MILLIS} ms (RFC 6298 §2, which has the same question of a segment). A fixed bound
 * is either longer than a frozen region may last, or shorter than a far region's answers take.
 *
 * <p>Where answers differ much that bound is long. But they also come one after another, and when a stream of them stops it is noticed sooner: nothing for {@value #GAPS} times
 * the usual gap between two answers, and at least {@value #SLACK_MILLIS} ms, while several that have waited longer than the average are due.
 *
 * <p>Silence that turned out to be slowness doubles both bounds; every {@value #FORGIVEN} answers take one doubling back.
 *
 * <p>Not thread-safe; confined to its owner.
 */
public final class Patience {
    static final int SLACK_MILLIS = 50;
    static final int FORGIVEN = 64;
    static final int GAPS = 20;
    /** Before the first answer. */
    static final long UNKNOWN_NANOS = Duration.ofSeconds(1).toNanos();
    /** Beyond it silence is strange in any case. */
    static final long MOST_NANOS = Duration.ofSeconds(5).toNanos();

    private static final int MOST_EXCUSES = 6;

    private long smoothedNanos = -1;
    private long deviationNanos;
    private long gapNanos = UNKNOWN_NANOS;
    private int excuses;
    private int answers;

    /** An answer began {@code nanos} after its request was sent. */
    public void answered(long nanos) {
        if (smoothedNanos < 0) {
            smoothedNanos = nanos;
            deviationNanos = nanos / 2;
        } else {
            deviationNanos += (Math.abs(nanos - smoothedNanos) - deviationNanos) / 4;
            smoothedNanos += (nanos - smoothedNanos) / 8;
        }
        if (excuses > 0 && ++answers >= FORGIVEN) {
            answers = 0;
            excuses--;
        }
    }

    /** Something was heard {@code nanos} after the time before. */
    public void heardAfter(long nanos) {
        gapNanos += (Math.min(nanos, UNKNOWN_NANOS) - gapNanos) / 16;
    }

    /** What answers take on average; {@link #UNKNOWN_NANOS} before the first. */
    public long averageNanos() {
        return smoothedNanos < 0 ? UNKNOWN_NANOS : smoothedNanos;
    }

    /** For how long a stream of answers must have stopped to be noticed, in nanoseconds. */
    public long stoppedNanos() {
        return Math.min(MOST_NANOS, Math.max(SLACK_MILLIS * 1_000_000L, GAPS * gapNanos) << excuses);
    }

    /** The endpoint was silent and well. */
    public void excused() {
        answers = 0;
        excuses = Math.min(MOST_EXCUSES, excuses + 1);
    }

    /** The bound, in nanoseconds. */
    public long boundNanos() {
        long bound = smoothedNanos < 0
                ? UNKNOWN_NANOS
                : smoothedNanos + Math.max(4 * deviationNanos, SLACK_MILLIS * 1_000_000L);
        return Math.min(MOST_NANOS, bound << excuses);
    }

    /**
     * Whether it is silent now.
     *
     * @param heardNanos when it was last heard
     * @param waitingSinceNanos when the oldest request that waits was sent
     */
    public boolean isOver(long heardNanos, long waitingSinceNanos, long nowNanos) {
        long bound = boundNanos();
        return nowNanos - waitingSinceNanos > bound && nowNanos - heardNanos > bound;
    }
}
