package io.isochrone.bench.peers;

/**
 * One figure of a scenario, and what it should be.
 *
 * <p>Immutable.
 *
 * @param name unique among all scenarios; the key in JSON
 * @param title for people
 * @param unit of the figure
 * @param reference whose median ours is divided by: {@code haproxy}, or {@code one-hop}
 * @param goal at most this
 * @param ofRatio whether the goal is one of the ratio, or else of our own median
 */
public record Measure(String name, String title, String unit, String reference, double goal, boolean ofRatio) {
    /** CPU microseconds per request; the goal is one of the ratio to HAProxy. */
    static Measure cpu(String name, String title, double goal) {
        return new Measure(name, title, "CPU us/request", Peer.HAPROXY.word(), goal, true);
    }

    /** A figure whose goal is one of our own median. */
    static Measure own(String name, String title, String unit, double goal) {
        return new Measure(name, title, unit, Peer.HAPROXY.word(), goal, false);
    }
}
