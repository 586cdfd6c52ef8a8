package io.isochrone.control.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that operators have set, as one JSON text:
 *
 * <pre>
 * {"kind":"isochrone-export","format":1,"revision":123,"at":"2026-11-25T18:00:00Z","checksum":"…","entries":{KEY:VALUE,…}}
 * </pre>
 *
 * <p>The checksum is the SHA-256, in hex, of each key and value in order of key, each followed by a zero byte. Secrets are sealed as
 * they are in the store, so they open only where the same key file is.
 *
 * <p>Immutable.
 *
 * @param revision of the store that was exported
 * @param at when
 * @param entries by key, in order
 */
record ExportDocument(long revision, Instant at, Map<String, String> entries) {
    private static final String KIND = "isochrone-export";
    private static final int FORMAT = 1;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    ExportDocument {
        entries = new TreeMap<>(entries);
    }

    String json() {
        ObjectNode root = JSON.createObjectNode();
        root.put("kind", KIND).put("format", FORMAT).put("revision", revision).put("at", at.toString());
        root.put("checksum", checksum(entries));
        ObjectNode all = root.putObject("entries");
        entries.forEach(all::put);
        return root.toString();
    }

    /** The document again; throws {@link IllegalArgumentException} for what is no export, is damaged or has a newer format. */
    static ExportDocument parse(String text) {
        JsonNode root;
        try {
            root = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("body: not JSON, or cut off (expected: what an export gave)", e);
        }
        if (!root.path("kind").asText().equals(KIND)) {
            throw new IllegalArgumentException("kind: " + root.path("kind") + " (expected: \"" + KIND + "\")");
        }
        if (root.path("format").asInt() != FORMAT) {
            throw new IllegalArgumentException("format: " + root.path("format") + " (expected: " + FORMAT
                    + "; import it by the version that wrote it)");
        }
        Map<String, String> entries = new TreeMap<>();
        for (Map.Entry<String, JsonNode> each : root.path("entries").properties()) {
            if (!Difference.covers(each.getKey()) || !each.getValue().isTextual()) {
                throw new IllegalArgumentException(
                        "entries: " + each.getKey() + " (expected: texts below resources/ and secrets/)");
            }
            entries.put(each.getKey(), each.getValue().asText());
        }
        if (!root.path("checksum").asText().equals(checksum(entries))) {
            throw new IllegalArgumentException("checksum: " + root.path("checksum") + " (expected: \""
                    + checksum(entries) + "\"; the export is damaged)");
        }
        for (Map.Entry<String, String> each : entries.entrySet()) {
            if (each.getKey().startsWith("resources/") && !isObject(each.getValue())) {
                throw new IllegalArgumentException(
                        "entries: " + each.getKey() + " (expected: a JSON object as its text)");
            }
        }
        return new ExportDocument(root.path("revision").asLong(), Instant.EPOCH, entries);
    }

    private static boolean isObject(String text) {
        try {
            return JSON.readTree(text).isObject();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static String checksum(Map<String, String> entries) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            new TreeMap<>(entries).forEach((key, value) -> {
                digest.update(key.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
                digest.update(value.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            });
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
