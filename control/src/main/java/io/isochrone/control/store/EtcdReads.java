package io.isochrone.control.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads of whole ranges at one revision. etcd's gateway passes on 4 MiB at a time, so ranges are read in pages, smaller ones when a
 * page is refused as too large; a range whose revision is compacted away meanwhile is read again from the start.
 *
 * <p>Thread-safe.
 */
final class EtcdReads {
    private static final int PAGE = 512;
    private static final int TRIES = 3;

    private final EtcdClient client;
    private final String revisionKey;

    EtcdReads(EtcdClient client, String revisionKey) {
        this.client = client;
        this.revisionKey = revisionKey;
    }

    /**
     * A range as it was.
     *
     * @param kvs in order of key
     * @param revision of the store at that time
     * @param header etcd's own revision at that time
     */
    record Range(List<JsonNode> kvs, long revision, long header) {}

    /** The key, or missing. */
    JsonNode get(String key) throws EtcdException {
        return EtcdKeys.only(client.call("/v3/kv/range", EtcdKeys.get(key)).body());
    }

    /** When the key was written last; 0 for none. */
    long revisionOf(String key) throws EtcdException {
        return EtcdKeys.revision(
                EtcdKeys.only(client.call("/v3/kv/range", EtcdKeys.get(key).put("keys_only", true))
                        .body()));
    }

    /** All keys from {@code from}, which may be there, up to {@code end}, exclusive. */
    Range range(String from, byte[] end) throws EtcdException {
        for (int tries = 1; ; tries++) {
            try {
                return pages(from.getBytes(StandardCharsets.UTF_8), end);
            } catch (EtcdException e) {
                if (e.code() != EtcdException.OUT_OF_RANGE || tries == TRIES) {
                    throw e;
                }
            }
        }
    }

    private Range pages(byte[] from, byte[] end) throws EtcdException {
        List<JsonNode> kvs = new ArrayList<>();
        byte[] next = from;
        int limit = PAGE;
        long header = 0;
        long revision = 0;
        while (true) {
            ObjectNode request = EtcdClient.object()
                    .put("key", EtcdKeys.base64(next))
                    .put("range_end", EtcdKeys.base64(end))
                    .put("limit", Integer.toString(limit));
            JsonNode page;
            try {
                if (header == 0) {
                    EtcdTxn txn = new EtcdTxn().get(EtcdKeys.get(revisionKey)).get(request);
                    JsonNode answer = client.call("/v3/kv/txn", txn.json()).body();
                    JsonNode responses = answer.path("responses");
                    header = EtcdKeys.header(answer);
                    revision = EtcdKeys.revision(EtcdKeys.only(responses.path(0).path("response_range")));
                    page = responses.path(1).path("response_range");
                } else {
                    request.put("revision", Long.toString(header));
                    page = client.call("/v3/kv/range", request).body();
                }
            } catch (EtcdException e) {
                if (!e.isTooLargeAnAnswer() || limit == 1) {
                    throw e;
                }
                limit = Math.max(1, limit / 4);
                continue;
            }
            page.path("kvs").forEach(kvs::add);
            if (!page.path("more").asBoolean() || kvs.isEmpty()) {
                return new Range(kvs, revision, header);
            }
            byte[] last = EtcdKeys.bytes(kvs.get(kvs.size() - 1), "key");
            next = Arrays.copyOf(last, last.length + 1);
        }
    }
}
