package io.isochrone.bench.peers;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The peers that run for a scenario, in order, and why others do not. Not thread-safe; confined to its owner. */
final class Targets implements AutoCloseable {
    private final Rig rig;
    private final Map<String, Target> running = new LinkedHashMap<>();
    private final Map<String, String> missing = new LinkedHashMap<>();

    Targets(Rig rig) {
        this.rig = rig;
    }

    /** Starts a peer. */
    @FunctionalInterface
    interface Start {
        Target start() throws IOException, InterruptedException;
    }

    /** Starts each peer, ours in that variant. */
    void addAll(List<Peer> peers, Rig.Variant variant) throws IOException, InterruptedException {
        for (Peer peer : peers) {
            add(peer.word(), () -> rig.start(peer, variant));
        }
    }

    /** Starts one; one that refuses to start is missing with what it said. */
    void add(String subject, Start start) throws IOException, InterruptedException {
        try {
            running.put(subject, start.start());
        } catch (RefusedException e) {
            missing.put(subject, "unsupported: " + e.getMessage());
        }
    }

    List<Target> running() {
        return List.copyOf(running.values());
    }

    List<String> subjects() {
        return List.copyOf(running.keySet());
    }

    /** One that runs. */
    Target get(String subject) {
        Target target = running.get(subject);
        if (target == null) {
            throw new IllegalArgumentException("subject: " + subject + " (expected: " + running.keySet() + ")");
        }
        return target;
    }

    Map<String, String> missing() {
        return missing;
    }

    /** Stops them. */
    @Override
    public void close() {
        running.values().forEach(rig::stop);
    }
}
