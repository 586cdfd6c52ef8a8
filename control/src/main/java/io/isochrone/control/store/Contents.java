package io.isochrone.control.store;

import java.util.List;

/**
 * What was there at one revision.
 *
 * <p>Immutable.
 *
 * @param entries in order of key
 * @param revision of the whole store when it was read; 0 for an empty one
 */
public record Contents(List<Entry> entries, long revision) {
    public Contents {
        entries = List.copyOf(entries);
    }
}
