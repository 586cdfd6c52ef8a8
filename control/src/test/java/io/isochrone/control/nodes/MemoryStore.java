package io.isochrone.control.nodes;

import io.isochrone.control.store.Change;
import io.isochrone.control.store.ConflictException;
import io.isochrone.control.store.Contents;
import io.isochrone.control.store.Entry;
import io.isochrone.control.store.PastChange;
import io.isochrone.control.store.Store;
import io.isochrone.control.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A store in memory, shared by replicas, with leases by a given clock. Thread-safe: one lock. */
public final class MemoryStore implements Store {
    private record Lease(String owner, long untilNanos) {}

    private final TreeMap<String, Entry> entries = new TreeMap<>();
    private final Map<String, Lease> leases = new HashMap<>();
    private final List<LongConsumer> watchers = new CopyOnWriteArrayList<>();
    private final LongSupplier nanos;
    private long revision;
    private volatile @Nullable String broken;
    private int commits;

    /** With the clock of its leases. */
    public MemoryStore(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** From now on every call fails with this reason; null: none does. */
    public void broken(@Nullable String reason) {
        broken = reason;
    }

    /** Puts a value without conditions. */
    public long put(String key, String value) {
        return commit(Change.by(null).put(key, value).build());
    }

    /** How many commits there were. */
    public synchronized int commits() {
        return commits;
    }

    private void check() {
        String reason = broken;
        if (reason != null) {
            throw new StoreException(reason, null);
        }
    }

    @Override
    public synchronized @Nullable Entry get(String key) {
        check();
        return entries.get(key);
    }

    @Override
    public synchronized Contents list(String prefix) {
        check();
        return new Contents(
                new ArrayList<>(
                        entries.subMap(prefix, prefix + Character.MAX_VALUE).values()),
                revision);
    }

    @Override
    public long commit(Change change) {
        long made;
        synchronized (this) {
            check();
            change.conditions().forEach((key, expected) -> {
                Entry entry = entries.get(key);
                if ((entry == null ? 0 : entry.revision()) != expected) {
                    throw new ConflictException(key);
                }
            });
            made = ++revision;
            commits++;
            change.deletes().forEach(entries::remove);
            change.puts().forEach((key, value) -> entries.put(key, new Entry(key, value, made)));
        }
        watchers.forEach(each -> each.accept(made));
        return made;
    }

    @Override
    public List<PastChange> history(long before, int limit) {
        return List.of();
    }

    @Override
    public Watch watch(LongConsumer newest) {
        watchers.add(newest);
        return () -> watchers.remove(newest);
    }

    @Override
    public synchronized boolean lead(String role, String owner, Duration time) {
        check();
        Lease lease = leases.get(role);
        long now = nanos.getAsLong();
        if (lease != null && !lease.owner().equals(owner) && lease.untilNanos() - now > 0) {
            return false;
        }
        leases.put(role, new Lease(owner, now + time.toNanos()));
        return true;
    }

    @Override
    public void close() {}
}
