package io.isochrone.config.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A whole configuration, cut into items that change one by one. An item is a JSON text without line breaks, opaque here; together
 * they are a deployment's text, which {@link io.isochrone.config.read.DeploymentReader} reads as it reads an operator's file.
 *
 * <p>Immutable.
 *
 * @param id which
 * @param items by key: {@code service}, {@code router}, {@code gateway}; or section and name, such as {@code apis/echo}
 */
public record Snapshot(SnapshotId id, SortedMap<String, String> items) {
    /** Copies the items. */
    public Snapshot {
        items = Collections.unmodifiableSortedMap(new TreeMap<>(items));
    }

    /** The SHA-256 in hex of the items in order: each key, a NUL, the text, a line feed. */
    public String checksum() {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        items.forEach((key, text) -> {
            digest.update(key.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(text.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) '\n');
        });
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The deployment's text: YAML 1.2 that is JSON too, one item a line. */
    public String text() {
        StringBuilder text = new StringBuilder("{");
        String open = "";
        for (Map.Entry<String, String> item : items.entrySet()) {
            int slash = item.getKey().indexOf('/');
            String section = slash < 0 ? "" : item.getKey().substring(0, slash);
            boolean goesOn = slash >= 0 && section.equals(open);
            if (!open.isEmpty() && !goesOn) {
                text.append("\n]");
                open = "";
            }
            text.append(text.length() == 1 ? "\n" : ",\n");
            if (slash < 0) {
                text.append('"').append(item.getKey()).append("\":");
            } else if (!goesOn) {
                text.append('"').append(section).append("\":[\n");
                open = section;
            }
            text.append(item.getValue());
        }
        return text.append(open.isEmpty() ? "\n}\n" : "\n]\n}\n").toString();
    }

    /** The key of the item that stands in a line, from 1, of {@link #text}; null where only brackets stand. */
    public @Nullable String itemAt(int line) {
        int at = 1;
        String open = "";
        for (String key : items.keySet()) {
            int slash = key.indexOf('/');
            String section = slash < 0 ? "" : key.substring(0, slash);
            boolean goesOn = slash >= 0 && section.equals(open);
            at += (!open.isEmpty() && !goesOn ? 1 : 0) + 1 + (slash >= 0 && !goesOn ? 1 : 0);
            open = section;
            if (at == line) {
                return key;
            }
        }
        return null;
    }

    /** What has to be done to {@code older} to have this one's items. */
    public SnapshotChange since(Snapshot older) {
        SortedMap<String, String> set = new TreeMap<>();
        items.forEach((key, text) -> {
            if (!text.equals(older.items.get(key))) {
                set.put(key, text);
            }
        });
        SortedSet<String> removed = new TreeSet<>(older.items.keySet());
        removed.removeAll(items.keySet());
        return new SnapshotChange(older.id, id, set, removed, checksum());
    }
}
