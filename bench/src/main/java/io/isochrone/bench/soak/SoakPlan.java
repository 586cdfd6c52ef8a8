package io.isochrone.bench.soak;

import java.time.Duration;

/**
 * What a soak does. Immutable.
 *
 * @param duration of load with faults
 * @param idle connections that are kept open
 * @param busy connections that ask on and on
 * @param ratePerSecond requests of the busy ones together
 * @param upstream what router and gateways speak: {@code http/1.1} or {@code h2}
 * @param seed of the order of faults and of everything that clients choose
 */
public record SoakPlan(Duration duration, int idle, int busy, double ratePerSecond, String upstream, long seed) {
    public SoakPlan {
        check("--seconds", duration.toSeconds(), duration.toSeconds() >= 2, "2 to 86400");
        check("--seconds", duration.toSeconds(), duration.toSeconds() <= 86_400, "2 to 86400");
        check("--idle", idle, idle >= 0 && idle <= 50_000, "0 to 50000");
        check("--busy", busy, busy >= 5 && busy <= 2000, "5 to 2000");
        check("--rate", ratePerSecond, ratePerSecond >= 1 && ratePerSecond <= 20_000, "1 to 20000");
        check("--upstream", upstream, upstream.equals("http/1.1") || upstream.equals("h2"), "http/1.1 or h2");
    }

    private static void check(String name, Object value, boolean good, String expected) {
        if (!good) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }

    /** Busy connections that speak HTTP/2; the others speak HTTP/1.1. */
    int h2Lanes() {
        return Math.max(1, busy / 5);
    }

    /** How long the load runs before, without faults, so that what is compared is warm. */
    Duration warmUp() {
        long seconds = Math.min(20, Math.max(2, duration.toSeconds() / 6));
        return Duration.ofSeconds(seconds);
    }

    /** File descriptors that one process needs at most. */
    public int neededFiles() {
        return idle + 3 * busy + 300;
    }
}
