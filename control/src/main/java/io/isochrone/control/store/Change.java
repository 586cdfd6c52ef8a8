package io.isochrone.control.store;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one commit does, and on which conditions.
 *
 * <p>Immutable.
 *
 * @param conditions by key: the revision that its entry must have; 0: there must be none
 * @param puts by key: the new value
 * @param deletes keys that are gone afterwards, whether or not they were there
 * @param audit who did what; null for what the control plane writes down for itself, which has no history
 */
public record Change(
        Map<String, Long> conditions,
        Map<String, String> puts,
        Set<String> deletes,
        @Nullable Audit audit) {
    /** Most keys of one commit, conditions included. */
    public static final int MAX_KEYS = 120;

    /** Longest key, in characters. */
    public static final int MAX_KEY_LENGTH = 1_024;

    /** Largest value, in bytes of UTF-8. */
    public static final int MAX_VALUE_BYTES = 1 << 20;

    /** Most that the values of one commit may come to, in bytes of UTF-8. */
    public static final int MAX_BYTES = 4 << 20;

    public Change {
        conditions = Map.copyOf(conditions);
        puts = Map.copyOf(puts);
        deletes = Set.copyOf(deletes);
    }

    /** Throws {@link IllegalArgumentException} for what every store refuses by the bounds of keys and values. */
    public void check() {
        Bounds.check(this);
    }

    /** Collects a change. */
    public static Builder by(@Nullable Audit audit) {
        return new Builder(audit);
    }

    /**
     * Who did what.
     *
     * @param who the caller's name, as its token has it
     * @param what the act in words, such as {@code PUT /subscriptions/…}
     */
    public record Audit(String who, String what) {}

    /** A change that is being collected. Not thread-safe; confined to its owner. */
    public static final class Builder {
        private final Map<String, Long> conditions = new LinkedHashMap<>();
        private final Map<String, String> puts = new LinkedHashMap<>();
        private final Set<String> deletes = new LinkedHashSet<>();
        private final @Nullable Audit audit;

        private Builder(@Nullable Audit audit) {
            this.audit = audit;
        }

        /** The key must have this revision; 0: it must not be there. */
        public Builder expect(String key, long revision) {
            conditions.put(key, revision);
            return this;
        }

        /** Sets a value. */
        public Builder put(String key, String value) {
            puts.put(key, value);
            return this;
        }

        /** Takes a key away. */
        public Builder delete(String key) {
            deletes.add(key);
            return this;
        }

        /** The change collected so far. */
        public Change build() {
            return new Change(conditions, puts, deletes, audit);
        }
    }
}
