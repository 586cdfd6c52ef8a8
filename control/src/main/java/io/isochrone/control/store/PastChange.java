package io.isochrone.control.store;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An audited change as it happened.
 *
 * <p>Immutable.
 *
 * @param revision that it made
 * @param at when, by the clock of the control plane that made it
 * @param audit who did what
 * @param keys what it did to each key, in order of key
 */
public record PastChange(long revision, Instant at, Change.Audit audit, List<KeyChange> keys) {
    public PastChange {
        keys = List.copyOf(keys);
    }

    /**
     * What happened to one key.
     *
     * @param key which
     * @param before its value before; null: it was not there
     * @param after its value after; null: it is gone
     */
    public record KeyChange(
            String key, @Nullable String before, @Nullable String after) {}
}
