package io.isochrone.config.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.isochrone.config.wire.Snapshot;
import io.isochrone.config.wire.SnapshotChange;
import io.isochrone.config.wire.SnapshotId;
import java.io.IOException;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a control plane offers a node: a whole snapshot, or the change of one.
 *
 * <p>Immutable.
 *
 * @param id which snapshot it leads to
 * @param checksum of that one
 * @param items of a whole one; null for a change
 * @param change null for a whole one
 * @param force whether somebody said that it is meant when many locations vanish
 */
record Offer(
        SnapshotId id,
        String checksum,
        @Nullable SortedMap<String, String> items,
        @Nullable SnapshotChange change,
        boolean force) {
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(20)
                    .maxStringLength(ControlClient.MAX_ANSWER_BYTES)
                    .build())
            .build();

    /** Reads an answer. Throws IOException that says what is wrong with it. */
    static Offer read(byte[] json) throws IOException {
        try (JsonParser in = JSON.createParser(json)) {
            return new Reader(in).offer();
        }
    }

    /**
     * The snapshot that it leads to from {@code have}.
     *
     * @throws IllegalArgumentException when it does not lead there from that one, or the checksum is another
     */
    Snapshot snapshot(@Nullable Snapshot have) {
        if (change != null) {
            if (have == null) {
                throw new IllegalArgumentException("a change of " + change.from() + " (expected: a whole snapshot)");
            }
            return change.applyTo(have);
        }
        Snapshot whole = new Snapshot(id, items == null ? new TreeMap<>() : items);
        String real = whole.checksum();
        if (!real.equals(checksum)) {
            throw new IllegalArgumentException("checksum of " + id + ": " + real + " (expected: " + checksum + ")");
        }
        return whole;
    }

    boolean isWhole() {
        return change == null;
    }

    /** Reads the fields in any order; those it does not know are passed over. Not thread-safe; confined to its owner. */
    private static final class Reader {
        private final JsonParser in;
        private long epoch;
        private long version;
        private boolean force;
        private @Nullable String checksum;
        private @Nullable SortedMap<String, String> items;
        private @Nullable SortedMap<String, String> set;
        private @Nullable SnapshotId from;
        private final SortedSet<String> removed = new TreeSet<>();

        Reader(JsonParser in) {
            this.in = in;
        }

        Offer offer() throws IOException {
            expect(in.nextToken() == JsonToken.START_OBJECT, "answer", "a JSON object");
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                field(in.currentName());
            }
            expect(in.currentToken() == JsonToken.END_OBJECT && in.nextToken() == null, "answer", "one JSON object");
            expect(epoch >= 1, "epoch", "a number from 1");
            expect(version >= 1, "version", "a number from 1");
            String sum = checksum;
            if (sum == null) {
                throw new IOException("checksum: missing (expected: text)");
            }
            expect(items != null || from != null, "items", "items, or from with set and removed");
            SnapshotId id = new SnapshotId(epoch, version);
            SnapshotId start = from;
            SnapshotChange change = start == null || items != null
                    ? null
                    : new SnapshotChange(start, id, set == null ? new TreeMap<>() : set, removed, sum);
            return new Offer(id, sum, items, change, force);
        }

        private void field(String name) throws IOException {
            JsonToken value = in.nextToken();
            switch (name) {
                case "epoch" -> epoch = number(name);
                case "version" -> version = number(name);
                case "force" -> {
                    expect(value.isBoolean(), name, "true or false");
                    force = value == JsonToken.VALUE_TRUE;
                }
                case "checksum" -> checksum = text(name);
                case "items" -> items = texts(name);
                case "set" -> set = texts(name);
                case "from" -> from = id();
                case "removed" -> {
                    expect(value == JsonToken.START_ARRAY, name, "a list of texts");
                    while (in.nextToken() != JsonToken.END_ARRAY) {
                        removed.add(text(name));
                    }
                }
                default -> in.skipChildren();
            }
        }

        private SnapshotId id() throws IOException {
            expect(in.currentToken() == JsonToken.START_OBJECT, "from", "an object");
            long fromEpoch = 0;
            long fromVersion = 0;
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                in.nextToken();
                switch (name) {
                    case "epoch" -> fromEpoch = number("from.epoch");
                    case "version" -> fromVersion = number("from.version");
                    default -> in.skipChildren();
                }
            }
            return new SnapshotId(fromEpoch, fromVersion);
        }

        private SortedMap<String, String> texts(String name) throws IOException {
            expect(in.currentToken() == JsonToken.START_OBJECT, name, "an object of texts");
            SortedMap<String, String> texts = new TreeMap<>();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String key = in.currentName();
                in.nextToken();
                texts.put(key, text(name));
            }
            return texts;
        }

        private long number(String name) throws IOException {
            expect(in.currentToken() == JsonToken.VALUE_NUMBER_INT, name, "a number");
            return in.getLongValue();
        }

        private String text(String name) throws IOException {
            expect(in.currentToken() == JsonToken.VALUE_STRING, name, "text");
            return in.getText();
        }

        private void expect(boolean holds, String name, String expected) throws IOException {
            if (!holds) {
                throw new IOException(name + ": " + in.currentToken() + " (expected: " + expected + ")");
            }
        }
    }
}
