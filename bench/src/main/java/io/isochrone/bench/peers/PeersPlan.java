package io.isochrone.bench.peers;

import java.util.List;

/**
 * What to measure.
 *
 * <p>Immutable.
 *
 * @param scenarios in this order
 * @param peers ours among them or not
 * @param runs of each peer and scenario, 1 to 1000
 * @param seconds of load of each run, 1 to 600
 * @param warmUpSeconds of load before the first run of each peer, 0 to 600
 */
public record PeersPlan(List<Scenario> scenarios, List<Peer> peers, int runs, int seconds, int warmUpSeconds) {
    /** How often a run that does not count is repeated. */
    static final int REPEATS = 3;

    /** Processors that others may use meanwhile, on average, for a run to count. */
    static final double FOREIGN_LIMIT = 0.15;

    public PeersPlan {
        scenarios = List.copyOf(scenarios);
        peers = List.copyOf(peers);
        check("--scenario", scenarios.size(), 1, Scenario.values().length);
        check("--peers", peers.size(), 1, Peer.values().length);
        check("--runs", runs, 1, 1000);
        check("--seconds", seconds, 1, 600);
        check("--warm-up", warmUpSeconds, 0, 600);
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + least + " to " + most + ")");
        }
    }
}
