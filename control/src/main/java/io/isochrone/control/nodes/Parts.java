package io.isochrone.control.nodes;

import io.isochrone.control.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A long text in several entries of the store: the first at a key, the others below it, {@code KEY/01} to {@code KEY/99}, in order.
 *
 * <p>Thread-safe: no state.
 */
final class Parts {
    /** Most characters of one entry. */
    static final int MAX_PART = 900_000;

    /** Most entries. */
    static final int MAX_PARTS = 40;

    private Parts() {}

    /** By key. Throws {@link io.isochrone.control.store.StoreException} for a text that is too long. */
    static SortedMap<String, String> cut(String key, String text) {
        if (text.length() > (long) MAX_PART * MAX_PARTS) {
            throw new StoreException(
                    key + ": " + text.length() + " characters (expected: at most " + (long) MAX_PART * MAX_PARTS + ")",
                    null);
        }
        SortedMap<String, String> parts = new TreeMap<>();
        for (int part = 0; part == 0 || part * MAX_PART < text.length(); part++) {
            parts.put(name(key, part), text.substring(part * MAX_PART, Math.min(text.length(), (part + 1) * MAX_PART)));
        }
        return parts;
    }

    /** Keys of the parts that a text of {@code before} parts had and one of {@code count} does not have. */
    static List<String> between(String key, int count, int before) {
        List<String> keys = new ArrayList<>();
        for (int part = count; part < before; part++) {
            keys.add(name(key, part));
        }
        return keys;
    }

    private static String name(String key, int part) {
        return part == 0 ? key : key + "/" + (part < 10 ? "0" : "") + part;
    }
}
