package io.isochrone.router.geo;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The places of the addresses that were asked for lately, unknown ones too; belongs to one version of a database and dies with it. An
 * address has one slot, and whoever comes last has the slot: bounded by its size, without locks or bookkeeping.
 *
 * <p>Thread-safe: every event loop reads and writes; a slot holds one immutable entry, and a lost write costs a look-up.
 */
final class LookupCache {
    /**
     * An answer.
     *
     * @param address 4 or 16 bytes; nobody changes them
     * @param place or null when the database does not know it
     */
    record Entry(byte[] address, @Nullable Place place) {}

    private final AtomicReferenceArray<@Nullable Entry> slots;

    /** @param size a power of two */
    LookupCache(int size) {
        this.slots = new AtomicReferenceArray<>(size);
    }

    /** The entry of an address, or null. */
    @Nullable
    Entry find(byte[] address) {
        Entry entry = slots.get(slot(address));
        return entry != null && Arrays.equals(entry.address, address) ? entry : null;
    }

    void put(byte[] address, @Nullable Place place) {
        slots.set(slot(address), new Entry(address.clone(), place));
    }

    private int slot(byte[] address) {
        int hash = Arrays.hashCode(address) * 0x9E3779B9;
        return (hash ^ hash >>> 15) & (slots.length() - 1);
    }
}
