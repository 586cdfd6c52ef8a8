package io.isochrone.config.source;

import java.util.random.RandomGenerator;

/**
 * How long to wait after failures in a row: from 100 ms, doubled each time, up to 5 s, half of it by chance. Without chance, all nodes
 * would ask a control plane that comes back at the same moment.
 *
 * <p>Not thread-safe; confined to its owner.
 */
final class Backoff {
    static final long LEAST_MILLIS = 100;
    static final long MOST_MILLIS = 5000;

    private final RandomGenerator random;
    private long nextMillis = LEAST_MILLIS;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** It failed once more: how long to wait, in milliseconds, 50 to 5000. */
    long failedMillis() {
        long most = nextMillis;
        nextMillis = Math.min(MOST_MILLIS, 2 * nextMillis);
        return most / 2 + random.nextLong(most / 2 + 1);
    }

    /** It went well: the next failure is the first. */
    void succeeded() {
        nextMillis = LEAST_MILLIS;
    }
}
