package io.isochrone.control.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The wire form of an audited change: the byte 1, then JSON compressed by zlib, whose checksum tells of damage. The revision is not
 * in it: the store knows it, and in etcd it is not known yet when the bytes are made.
 *
 * <p>Thread-safe: no state.
 */
final class PastChangeBytes {
    private static final int FORMAT = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private PastChangeBytes() {}

    /** What the change does to keys that have these values before it. */
    static byte[] write(Change change, Change.Audit audit, Instant at, Map<String, String> before) {
        ObjectNode root = JSON.createObjectNode();
        root.put("at", at.toString()).put("who", audit.who()).put("what", audit.what());
        ArrayNode keys = root.putArray("keys");
        Map<String, Boolean> touched = new TreeMap<>();
        change.puts().keySet().forEach(key -> touched.put(key, true));
        change.deletes().forEach(key -> touched.put(key, false));
        touched.forEach((key, put) -> {
            String old = before.get(key);
            if (!put && old == null) {
                return;
            }
            ObjectNode each = keys.addObject().put("key", key);
            if (old != null) {
                each.put("before", old);
            }
            if (put) {
                each.put("after", change.puts().get(key));
            }
        });
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(FORMAT);
        try (OutputStream compressed = new DeflaterOutputStream(bytes)) {
            JSON.writeValue(compressed, root);
        } catch (IOException e) {
            throw new AssertionError("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    /** The change again; throws {@link StoreException} for bytes that {@link #write} has not made. */
    static PastChange read(long revision, byte[] bytes) {
        if (bytes.length == 0 || bytes[0] != FORMAT) {
            throw new StoreException("history: revision " + revision + " has an unknown form (expected: 1)", null);
        }
        JsonNode root;
        try (InputStream plain = new InflaterInputStream(new ByteArrayInputStream(bytes, 1, bytes.length - 1))) {
            root = JSON.readTree(plain.readAllBytes());
            List<PastChange.KeyChange> keys = new ArrayList<>();
            for (JsonNode each : root.path("keys")) {
                keys.add(
                        new PastChange.KeyChange(each.path("key").asText(), text(each, "before"), text(each, "after")));
            }
            Change.Audit audit = new Change.Audit(
                    root.path("who").asText(), root.path("what").asText());
            return new PastChange(revision, Instant.parse(root.path("at").asText()), audit, keys);
        } catch (IOException | DateTimeException e) {
            throw new StoreException(
                    "history: revision " + revision + " is damaged (expected: what was written; restore a copy)", e);
        }
    }

    private static @Nullable String text(JsonNode node, String name) {
        JsonNode value = node.get(name);
        return value == null ? null : value.asText();
    }
}
