package io.isochrone.control.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where things stand in etcd, and how its JSON says so: bytes in Base64, 64-bit numbers as text, nothing for zero.
 *
 * <pre>
 * PREFIX format           the format of all this: 1
 * PREFIX revision         written by every commit: its revision is that of the store
 * PREFIX data/KEY         an entry; its revision is etcd's
 * PREFIX newest-history   NUMBER BYTES: of the newest audited change, and of all that were ever written together
 * PREFIX history/NUMBER   an audited change: BYTES as 8 bytes, then PastChangeBytes; numbers have no gaps
 * PREFIX marks/ID         the id of the last commit made by one slot of one process; gone with its lease
 * PREFIX roles/ROLE       who holds a role; gone with its lease
 * </pre>
 *
 * <p>Thread-safe: immutable.
 */
final class EtcdKeys {
    private static final int NUMBER_DIGITS = 20;

    private final String prefix;

    EtcdKeys(String prefix) {
        this.prefix = prefix;
    }

    String format() {
        return prefix + "format";
    }

    String revision() {
        return prefix + "revision";
    }

    String data(String key) {
        return prefix + "data/" + key;
    }

    /** The store's key of an entry in etcd. */
    String key(JsonNode kv) {
        return text(kv, "key").substring(prefix.length() + "data/".length());
    }

    String newestHistory() {
        return prefix + "newest-history";
    }

    String history(long number) {
        String digits = Long.toString(number);
        return prefix + "history/" + "0".repeat(NUMBER_DIGITS - digits.length()) + digits;
    }

    String mark(String id) {
        return prefix + "marks/" + id;
    }

    String role(String role) {
        return prefix + "roles/" + role;
    }

    static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** The end of the range of keys that begin with a prefix, which is not of 0xff bytes only. */
    static byte[] after(String prefix) {
        byte[] end = prefix.getBytes(StandardCharsets.UTF_8);
        end[end.length - 1]++;
        return end;
    }

    static byte[] bytes(JsonNode kv, String field) {
        return Base64.getDecoder().decode(kv.path(field).asText(""));
    }

    static String text(JsonNode kv, String field) {
        return new String(bytes(kv, field), StandardCharsets.UTF_8);
    }

    /** When the key was written last; 0 for none. */
    static long revision(JsonNode kv) {
        return kv.path("mod_revision").asLong(0);
    }

    static long header(JsonNode answer) {
        return answer.path("header").path("revision").asLong(0);
    }

    /** The only key of a range; missing for none. */
    static JsonNode only(JsonNode range) {
        return range.path("kvs").path(0);
    }

    static ObjectNode get(String key) {
        return EtcdClient.object().put("key", base64(key));
    }
}
