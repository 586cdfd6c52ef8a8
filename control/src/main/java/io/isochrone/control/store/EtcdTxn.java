package io.isochrone.control.store;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A transaction of etcd in its JSON form: when all that is expected holds, what is under {@code success} happens, else what is under
 * {@code failure}.
 *
 * <p>Not thread-safe; confined to its owner.
 */
final class EtcdTxn {
    private final ObjectNode root = EtcdClient.object();
    private final ArrayNode compare = root.putArray("compare");
    private final ArrayNode success = root.putArray("success");
    private final ArrayNode failure = root.putArray("failure");

    ObjectNode json() {
        return root;
    }

    /** The key was written last at this revision; 0: it is not there. */
    EtcdTxn expect(String key, long revision) {
        comparison(key, "MOD").put("mod_revision", Long.toString(revision));
        return this;
    }

    EtcdTxn expectValue(String key, String value) {
        comparison(key, "VALUE").put("value", EtcdKeys.base64(value));
        return this;
    }

    EtcdTxn expectLease(String key, long lease) {
        comparison(key, "LEASE").put("lease", Long.toString(lease));
        return this;
    }

    /** With a lease, unless it is 0. */
    EtcdTxn put(String key, String value, long lease) {
        return putBase64(key, EtcdKeys.base64(value), lease);
    }

    EtcdTxn putBytes(String key, byte[] value) {
        return putBase64(key, EtcdKeys.base64(value), 0);
    }

    EtcdTxn delete(String key) {
        success.addObject().set("request_delete_range", EtcdKeys.get(key));
        return this;
    }

    EtcdTxn get(ObjectNode range) {
        success.addObject().set("request_range", range);
        return this;
    }

    EtcdTxn otherwiseGet(ObjectNode range) {
        failure.addObject().set("request_range", range);
        return this;
    }

    private EtcdTxn putBase64(String key, String base64, long lease) {
        ObjectNode put = EtcdKeys.get(key).put("value", base64);
        if (lease != 0) {
            put.put("lease", Long.toString(lease));
        }
        success.addObject().set("request_put", put);
        return this;
    }

    private ObjectNode comparison(String key, String target) {
        return compare.addObject()
                .put("key", EtcdKeys.base64(key))
                .put("target", target)
                .put("result", "EQUAL");
    }
}
