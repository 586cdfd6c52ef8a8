package io.isochrone.control.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Audited changes in etcd: numbered without gaps, so that the one of a revision is found by halving.
 *
 * <p>Thread-safe.
 */
final class EtcdHistory {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdHistory.class);
    /** Old changes are dropped when as many new ones have come. */
    private static final int PRUNED_EACH = 32;

    private final EtcdClient client;
    private final EtcdKeys keys;
    private final EtcdReads reads;
    private final int keptChanges;
    private final long keptBytes;

    /**
     * The newest change.
     *
     * @param number 0: there is none
     * @param bytes of all that were ever written
     * @param revision when this was written; 0: never
     */
    record Newest(long number, long bytes, long revision) {
        static Newest of(JsonNode kv) {
            String[] parts = EtcdKeys.text(kv, "value").split(" ");
            return parts.length < 2
                    ? new Newest(0, 0, 0)
                    : new Newest(Long.parseLong(parts[0]), Long.parseLong(parts[1]), EtcdKeys.revision(kv));
        }

        Newest plus(int length) {
            return new Newest(number + 1, bytes + length, 0);
        }
    }

    EtcdHistory(EtcdClient client, EtcdKeys keys, EtcdReads reads, int keptChanges, long keptBytes) {
        this.client = client;
        this.keys = keys;
        this.reads = reads;
        this.keptChanges = keptChanges;
        this.keptBytes = keptBytes;
    }

    /** Adds a change that follows the newest one to a transaction. */
    Newest append(EtcdTxn txn, Newest newest, byte[] change) {
        Newest next = newest.plus(change.length);
        ByteBuffer record = ByteBuffer.allocate(Long.BYTES + change.length);
        record.putLong(next.bytes()).put(change);
        txn.expect(keys.newestHistory(), newest.revision());
        txn.putBytes(keys.history(next.number()), record.array());
        txn.put(keys.newestHistory(), next.number() + " " + next.bytes(), 0);
        return next;
    }

    List<PastChange> read(long before, int limit) throws EtcdException {
        Newest newest = Newest.of(reads.get(keys.newestHistory()));
        long last = newest.number();
        if (before != 0 && before <= newest.revision()) {
            last = lastOf(newest, kv -> EtcdKeys.revision(kv) < before, true);
        }
        if (last == 0) {
            return List.of();
        }
        long first = Math.max(1, last - limit + 1);
        List<PastChange> changes = new ArrayList<>();
        byte[] end = keys.history(last + 1).getBytes(StandardCharsets.UTF_8);
        for (JsonNode kv : reads.range(keys.history(first), end).kvs()) {
            byte[] record = EtcdKeys.bytes(kv, "value");
            changes.add(
                    PastChangeBytes.read(EtcdKeys.revision(kv), Arrays.copyOfRange(record, Long.BYTES, record.length)));
        }
        Collections.reverse(changes);
        return changes;
    }

    /** Drops what is too old now and then; what cannot be dropped is dropped the next time. */
    void prune(Newest newest) {
        if (newest.number() % PRUNED_EACH != 0) {
            return;
        }
        try {
            long last = newest.number() - keptChanges;
            if (newest.bytes() > keptBytes) {
                long droppedBytes = newest.bytes() - keptBytes;
                last = Math.max(last, lastOf(newest, kv -> bytes(kv) <= droppedBytes, false));
            }
            if (last > 0) {
                client.call(
                        "/v3/kv/deleterange",
                        EtcdKeys.get(keys.history(0)).put("range_end", EtcdKeys.base64(keys.history(last + 1))));
            }
        } catch (EtcdException e) {
            LOG.info("history not pruned reason={}", e.getMessage());
        }
    }

    private interface Test {
        boolean holds(JsonNode kv);
    }

    /** The highest number whose change passes, which those before it then do too; changes that are dropped pass. */
    private long lastOf(Newest newest, Test test, boolean keysOnly) throws EtcdException {
        long low = 0;
        long high = newest.number();
        while (low < high) {
            long middle = (low + high + 1) / 2;
            JsonNode kv = EtcdKeys.only(client.call(
                            "/v3/kv/range", EtcdKeys.get(keys.history(middle)).put("keys_only", keysOnly))
                    .body());
            if (kv.isMissingNode() || test.holds(kv)) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private static long bytes(JsonNode kv) {
        byte[] record = EtcdKeys.bytes(kv, "value");
        return record.length < Long.BYTES ? 0 : ByteBuffer.wrap(record).getLong();
    }
}
