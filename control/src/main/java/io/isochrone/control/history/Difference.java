package io.isochrone.control.history;

import io.isochrone.control.store.Change;
import io.isochrone.control.store.Contents;
import io.isochrone.control.store.Entry;
import io.isochrone.control.store.Keys;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What has to be put and deleted for some keys to have other values, each on the condition that it is still what it was.
 *
 * <p>A resource and its secret stand side by side and parents before their children; deletions come last, children first. So what is
 * there between two steps holds no child without its parent.
 *
 * <p>Immutable.
 *
 * @param edits in the order in which they are made
 */
record Difference(List<Edit> edits) {
    /** Most keys and bytes of one of several steps, which every store takes. */
    private static final int STEP_KEYS = 100;

    private static final int STEP_BYTES = 1 << 20;

    /**
     * One key.
     *
     * @param key which
     * @param revision that it must have; 0: it must not be there
     * @param value that it gets; null: it is deleted
     */
    record Edit(String key, long revision, @Nullable String value) {
        private int bytes() {
            return value == null ? 0 : value.getBytes(StandardCharsets.UTF_8).length;
        }

        private String id() {
            return key.substring(key.indexOf('/') + 1);
        }
    }

    Difference {
        edits = List.copyOf(edits);
    }

    /** Between what is there and what is to be; keys that {@code target} does not have stay as they are, null is for none. */
    static Difference of(Contents now, Map<String, @Nullable String> target) {
        Map<String, Entry> entries = new HashMap<>();
        now.entries().forEach(entry -> entries.put(entry.key(), entry));
        List<Edit> puts = new ArrayList<>();
        List<Edit> deletes = new ArrayList<>();
        target.forEach((key, value) -> {
            Entry entry = entries.get(key);
            if (value == null && entry != null) {
                deletes.add(new Edit(key, entry.revision(), null));
            } else if (value != null && (entry == null || !entry.value().equals(value))) {
                puts.add(new Edit(key, entry == null ? 0 : entry.revision(), value));
            }
        });
        Comparator<Edit> parentsFirst = Comparator.comparing(Edit::id).thenComparing(Edit::key);
        puts.sort(parentsFirst);
        deletes.sort(parentsFirst.reversed());
        puts.addAll(deletes);
        return new Difference(puts);
    }

    /** Whether a key is of what operators set, which is exported and rolled back. */
    static boolean covers(String key) {
        return key.startsWith(Keys.RESOURCES + "/") || key.startsWith(Keys.SECRETS + "/");
    }

    /** Of what operators set, by key. */
    static Map<String, String> covered(Contents contents) {
        Map<String, String> values = new TreeMap<>();
        for (Entry entry : contents.entries()) {
            if (covers(entry.key())) {
                values.put(entry.key(), entry.value());
            }
        }
        return values;
    }

    boolean isNone() {
        return edits.isEmpty();
    }

    /** Whether one commit holds it. */
    boolean fitsOneCommit() {
        return edits.size() <= Change.MAX_KEYS && bytes(edits) <= Change.MAX_BYTES;
    }

    /** All of it as one commit. */
    Change commit(Change.Audit audit) {
        return change(edits, audit);
    }

    /** As one commit when it is small enough for every store, else as several, whose audit says which of how many each is. */
    List<Change> steps(String who, String what) {
        List<List<Edit>> parts = new ArrayList<>();
        List<Edit> part = new ArrayList<>();
        int bytes = 0;
        for (Edit each : edits) {
            if (!part.isEmpty() && (part.size() == STEP_KEYS || bytes + each.bytes() > STEP_BYTES)) {
                parts.add(part);
                part = new ArrayList<>();
                bytes = 0;
            }
            part.add(each);
            bytes += each.bytes();
        }
        if (!part.isEmpty()) {
            parts.add(part);
        }
        List<Change> steps = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            String step = parts.size() == 1 ? "" : ", step " + (i + 1) + " of " + parts.size();
            steps.add(change(parts.get(i), new Change.Audit(who, what + step)));
        }
        return steps;
    }

    private static long bytes(List<Edit> edits) {
        return edits.stream().mapToLong(Edit::bytes).sum();
    }

    private static Change change(List<Edit> edits, Change.Audit audit) {
        Change.Builder change = Change.by(audit);
        for (Edit each : edits) {
            change.expect(each.key(), each.revision());
            if (each.value() == null) {
                change.delete(each.key());
            } else {
                change.put(each.key(), each.value());
            }
        }
        return change.build();
    }
}
