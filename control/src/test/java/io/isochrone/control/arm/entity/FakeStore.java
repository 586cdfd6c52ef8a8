package io.isochrone.control.arm.entity;

import io.isochrone.control.store.Change;
import io.isochrone.control.store.ConflictException;
import io.isochrone.control.store.Contents;
import io.isochrone.control.store.Entry;
import io.isochrone.control.store.PastChange;
import io.isochrone.control.store.Store;
import io.isochrone.control.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/** A store in memory that keeps the bounds of real ones, and fails or is interrupted when told. Not thread-safe. */
final class FakeStore implements Store {
    final TreeMap<String, Entry> entries = new TreeMap<>();
    long revision;
    int commits;
    boolean broken;
    /** Runs once before the next commit, as another replica would. */
    Runnable before = () -> {};

    @Override
    public Entry get(String key) {
        alive();
        return entries.get(key);
    }

    @Override
    public Contents list(String prefix) {
        alive();
        return new Contents(
                List.copyOf(entries.subMap(prefix, prefix + Character.MAX_VALUE).values()), revision);
    }

    @Override
    public long commit(Change change) {
        alive();
        Runnable other = before;
        before = () -> {};
        other.run();
        int keys = change.conditions().size()
                + change.puts().size()
                + change.deletes().size();
        if (keys > Change.MAX_KEYS) {
            throw new IllegalArgumentException(keys + " keys (expected: at most " + Change.MAX_KEYS + ")");
        }
        change.conditions().forEach((key, expected) -> {
            Entry entry = entries.get(key);
            if ((entry == null ? 0 : entry.revision()) != expected) {
                throw new ConflictException(key);
            }
        });
        revision++;
        commits++;
        change.deletes().forEach(entries::remove);
        change.puts().forEach((key, value) -> {
            if (key.length() > 1024
                    || value.length() > 1 << 20
                    || !key.equals(key.toLowerCase(java.util.Locale.ROOT))) {
                throw new IllegalArgumentException(key + ": bounds");
            }
            entries.put(key, new Entry(key, value, revision));
        });
        return revision;
    }

    private void alive() {
        if (broken) {
            throw new StoreException("the disk is full (expected: space)", null);
        }
    }

    @Override
    public List<PastChange> history(long before, int limit) {
        return List.of();
    }

    @Override
    public Watch watch(LongConsumer newest) {
        return () -> {};
    }

    @Override
    public boolean lead(String role, String owner, Duration time) {
        return true;
    }

    @Override
    public void close() {}
}
