package io.isochrone.control.store;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What every store refuses before it touches anything, by {@link IllegalArgumentException}.
 *
 * <p>Thread-safe: no state.
 */
final class Bounds {
    private Bounds() {}

    static void check(Change change) {
        Set<String> keys = new HashSet<>(change.conditions().keySet());
        keys.addAll(change.puts().keySet());
        keys.addAll(change.deletes());
        if (keys.size() > Change.MAX_KEYS) {
            throw refused("keys of one commit", keys.size(), "at most " + Change.MAX_KEYS);
        }
        keys.forEach(Bounds::checkKey);
        for (String key : change.deletes()) {
            if (change.puts().containsKey(key)) {
                throw refused("key", key, "either put or deleted by one commit, not both");
            }
        }
        for (Map.Entry<String, Long> each : change.conditions().entrySet()) {
            if (each.getValue() < 0) {
                throw refused("expected revision of " + each.getKey(), each.getValue(), ">= 0");
            }
        }
        long bytes = 0;
        for (Map.Entry<String, String> each : change.puts().entrySet()) {
            bytes += checkValue(each.getKey(), each.getValue());
        }
        if (bytes > Change.MAX_BYTES) {
            throw refused("bytes of one commit", bytes, "at most " + Change.MAX_BYTES);
        }
    }

    static void checkKey(String key) {
        if (key.isEmpty()) {
            throw refused("key", "\"\"", "at least one character");
        }
        checkPrefix(key);
    }

    static void checkPrefix(String key) {
        if (key.length() > Change.MAX_KEY_LENGTH) {
            throw refused("length of a key", key.length(), "at most " + Change.MAX_KEY_LENGTH);
        }
        if (!key.equals(key.toLowerCase(Locale.ROOT))) {
            throw refused("key", key, "lower case");
        }
        if (key.chars().anyMatch(Character::isISOControl) || utf8Bytes(key) < 0) {
            throw refused("key", key, "text without control characters");
        }
    }

    static void checkHistory(long before, int limit) {
        if (before < 0) {
            throw refused("before", before, ">= 0");
        }
        if (limit < 1 || limit > Store.MAX_HISTORY) {
            throw refused("limit", limit, "1 to " + Store.MAX_HISTORY);
        }
    }

    static void checkLease(String role, String owner, Duration time) {
        checkKey(role);
        if (owner.isEmpty() || owner.length() > Change.MAX_KEY_LENGTH || utf8Bytes(owner) < 0) {
            throw refused("owner", owner, "1 to " + Change.MAX_KEY_LENGTH + " characters");
        }
        if (time.compareTo(Duration.ofSeconds(1)) < 0 || time.compareTo(Duration.ofHours(1)) > 0) {
            throw refused("lease", time, "1s to 1h");
        }
    }

    private static int checkValue(String key, String value) {
        int bytes = utf8Bytes(value);
        if (bytes < 0) {
            throw refused("value of " + key, "a lone surrogate", "text");
        }
        if (bytes > Change.MAX_VALUE_BYTES) {
            throw refused("bytes of " + key, bytes, "at most " + Change.MAX_VALUE_BYTES);
        }
        return bytes;
    }

    private static int utf8Bytes(String text) {
        try {
            return StandardCharsets.UTF_8
                    .newEncoder()
                    .encode(CharBuffer.wrap(text))
                    .remaining();
        } catch (CharacterCodingException e) {
            return -1;
        }
    }

    private static IllegalArgumentException refused(String name, Object value, String expected) {
        return new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
    }
}
