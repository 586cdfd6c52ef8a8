package io.isochrone.bench.peers;

import java.util.Locale;

/** A reverse proxy that is measured. Immutable. */
public enum Peer {
    /** Our router. */
    OURS,
    HAPROXY,
    NGINX;

    /** As an argument, a key of JSON and the name of the executable. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The peer of that word. Throws IllegalArgumentException when there is none. */
    public static Peer of(String word) {
        for (Peer peer : values()) {
            if (peer.word().equals(word)) {
                return peer;
            }
        }
        throw new IllegalArgumentException("peer: \"" + word + "\" (expected: ours, haproxy, nginx)");
    }
}
