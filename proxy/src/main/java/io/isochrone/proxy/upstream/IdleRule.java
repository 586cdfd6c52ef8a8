package io.isochrone.proxy.upstream;

import java.time.Duration;

/**
 * When an upstream connection must not carry a further request: it was idle too long, or it is too old. The same answer is given when
 * a connection is taken from the pool and when the pool is swept, so that no request goes out on a connection that only waits to be
 * swept. Thread-safe: no state.
 */
final class IdleRule {
    /** Middle of the ages at which connections end; each has its own within {@link #AGE_SPREAD} of it. */
    static final Duration MAX_AGE = Duration.ofMinutes(10);

    /** Ages differ by up to this share, so that connections opened together do not end together. */
    static final double AGE_SPREAD = 0.1;

    /** How much earlier than announced a connection is given up: the announcement counts whole seconds from the other side's clock. */
    private static final int MARGIN_SECONDS = 1;

    private IdleRule() {}

    /**
     * How long a connection may be idle.
     *
     * @param configured {@code timeouts.upstream-idle}
     * @param announcedSeconds {@code Keep-Alive: timeout} of the upstream, or -1
     */
    static long idleLimitNanos(Duration configured, int announcedSeconds) {
        if (announcedSeconds < 0) {
            return configured.toNanos();
        }
        long announced = Math.max(0, (long) announcedSeconds - MARGIN_SECONDS) * 1_000_000_000L;
        return Math.min(configured.toNanos(), announced);
    }

    /** The age at which connection {@code number} of the pool with that seed ends: always the same for the same two. */
    static long maxAgeNanos(long seed, long number) {
        double unit = (mix(seed + number * 0x9E3779B97F4A7C15L) >>> 11) * 0x1.0p-53;
        return (long) (MAX_AGE.toNanos() * (1 - AGE_SPREAD + 2 * AGE_SPREAD * unit));
    }

    /** Whether a connection that was idle and open for so long has to go. */
    static boolean isOver(long idleNanos, long idleLimitNanos, long ageNanos, long maxAgeNanos) {
        return idleNanos >= idleLimitNanos || ageNanos >= maxAgeNanos;
    }

    /** Spreads neighbouring numbers over all bits (the finalizer of SplitMix64). */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
