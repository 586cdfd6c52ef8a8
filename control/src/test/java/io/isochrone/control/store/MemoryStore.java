package io.isochrone.control.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongConsumer;

/** A store in memory that can be told to fail. Thread-safe. */
public final class MemoryStore implements Store {
    private final TreeMap<String, Entry> entries = new TreeMap<>();
    private final List<PastChange> past = new ArrayList<>();
    private final List<LongConsumer> watches = new CopyOnWriteArrayList<>();
    private long revision;
    private boolean broken;

    /** Whether every call fails from now on. */
    public synchronized void breakDown(boolean yes) {
        broken = yes;
    }

    @Override
    public synchronized Entry get(String key) {
        check();
        return entries.get(key);
    }

    @Override
    public synchronized Contents list(String prefix) {
        check();
        return new Contents(
                List.copyOf(entries.subMap(prefix, prefix + Character.MAX_VALUE).values()), revision);
    }

    @Override
    public long commit(Change change) {
        long made;
        synchronized (this) {
            check();
            for (Map.Entry<String, Long> each : change.conditions().entrySet()) {
                Entry entry = entries.get(each.getKey());
                if ((entry == null ? 0 : entry.revision()) != each.getValue()) {
                    throw new ConflictException(each.getKey());
                }
            }
            made = ++revision;
            List<PastChange.KeyChange> keys = new ArrayList<>();
            change.deletes().forEach(key -> {
                Entry before = entries.remove(key);
                keys.add(new PastChange.KeyChange(key, before == null ? null : before.value(), null));
            });
            change.puts().forEach((key, value) -> {
                Entry before = entries.put(key, new Entry(key, value, made));
                keys.add(new PastChange.KeyChange(key, before == null ? null : before.value(), value));
            });
            if (change.audit() != null) {
                past.add(0, new PastChange(made, Instant.EPOCH, change.audit(), keys));
            }
        }
        watches.forEach(watch -> watch.accept(made));
        return made;
    }

    @Override
    public synchronized List<PastChange> history(long before, int limit) {
        return past.stream()
                .filter(each -> before == 0 || each.revision() < before)
                .limit(limit)
                .toList();
    }

    @Override
    public Watch watch(LongConsumer newest) {
        watches.add(newest);
        return () -> watches.remove(newest);
    }

    @Override
    public boolean lead(String role, String owner, Duration time) {
        return true;
    }

    @Override
    public void close() {}

    private void check() {
        if (broken) {
            throw new StoreException("store: broken by the test", null);
        }
    }
}
