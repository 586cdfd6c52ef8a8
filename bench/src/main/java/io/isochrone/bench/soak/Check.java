package io.isochrone.bench.soak;

import org.jspecify.annotations.Nullable;

/**
 * Something that a soak proves. Immutable.
 *
 * @param what in words
 * @param found what was found
 * @param bound what may be
 * @param met whether it holds; null when the soak was too short to tell
 */
public record Check(
        String what, String found, String bound, @Nullable Boolean met) {
    /** For people. */
    public String verdict() {
        return met == null ? "too short to tell" : met ? "met" : "MISSED";
    }
}
