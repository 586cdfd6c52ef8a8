package io.isochrone.config.wire;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The way from one snapshot to another.
 *
 * <p>Immutable.
 *
 * @param from what it can be applied to
 * @param to what it leads to
 * @param set items that are new or different
 * @param removed keys of items that are gone
 * @param checksum of the whole snapshot that it leads to
 */
public record SnapshotChange(
        SnapshotId from, SnapshotId to, SortedMap<String, String> set, SortedSet<String> removed, String checksum) {
    /** Copies the items. */
    public SnapshotChange {
        set = Collections.unmodifiableSortedMap(new TreeMap<>(set));
        removed = Collections.unmodifiableSortedSet(new TreeSet<>(removed));
    }

    /**
     * The snapshot that it leads to from {@code older}.
     *
     * @throws IllegalArgumentException when {@code older} is another than {@link #from}, or what comes out has another checksum; the
     *     whole snapshot is needed then
     */
    public Snapshot applyTo(Snapshot older) {
        if (!older.id().equals(from)) {
            throw new IllegalArgumentException("snapshot: " + older.id() + " (expected: " + from + ")");
        }
        SortedMap<String, String> items = new TreeMap<>(older.items());
        items.keySet().removeAll(removed);
        items.putAll(set);
        Snapshot result = new Snapshot(to, items);
        if (!result.checksum().equals(checksum)) {
            throw new IllegalArgumentException(
                    "checksum of " + to + ": " + result.checksum() + " (expected: " + checksum + ")");
        }
        return result;
    }
}
