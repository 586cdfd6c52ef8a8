package io.isochrone.control.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The store of several control planes at once: an etcd cluster, version 3.4 or newer, by its JSON API.
 *
 * <p>Every read is of what the majority has acknowledged. One endpoint that is down or hangs costs the time of an attempt; without a
 * majority calls fail after the time of a call, and say so. Revisions are etcd's, so they jump where others write too. A member takes
 * 1.5 MiB at once unless {@code --max-request-bytes} says more: a larger commit fails whole and says so.
 *
 * <p>Thread-safe.
 */
public final class EtcdStore implements Store {
    private static final String FORMAT = "1";

    private final EtcdKeys keys;
    private final EtcdClient client;
    private final EtcdReads reads;
    private final EtcdHistory history;
    private final EtcdCommits commits;
    private final EtcdRoles roles;
    private final Watchers watchers;
    private final EtcdWatch watch;

    private EtcdStore(
            EtcdClient client, EtcdOptions options, InstantSource clock, int keptChanges, long keptBytes, long newest) {
        this.keys = new EtcdKeys(options.prefix());
        this.client = client;
        this.reads = new EtcdReads(client, keys.revision());
        this.history = new EtcdHistory(client, keys, reads, keptChanges, keptBytes);
        this.commits =
                new EtcdCommits(client, keys, history, clock, options.total().toNanos());
        this.roles = new EtcdRoles(client, keys);
        this.watchers = new Watchers("store-watch", newest);
        this.watch = new EtcdWatch(client, keys.revision(), watchers);
    }

    /**
     * Connects to a cluster by some or all of its members.
     *
     * @throws StoreException when no majority answers, or what is under the prefix has another format
     */
    public static EtcdStore connect(List<URI> endpoints, EtcdOptions options) {
        return connect(endpoints, options, InstantSource.system(), KEPT_CHANGES, KEPT_BYTES);
    }

    static EtcdStore connect(
            List<URI> endpoints, EtcdOptions options, InstantSource clock, int keptChanges, long keptBytes) {
        EtcdClient client = new EtcdClient(endpoints, options);
        try {
            EtcdKeys keys = new EtcdKeys(options.prefix());
            checkFormat(client, keys);
            long newest = new EtcdReads(client, keys.revision()).revisionOf(keys.revision());
            return new EtcdStore(client, options, clock, keptChanges, keptBytes, newest);
        } catch (EtcdException e) {
            client.close();
            throw e.explained();
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    @Override
    public @Nullable Entry get(String key) {
        Bounds.checkKey(key);
        try {
            JsonNode kv = reads.get(keys.data(key));
            return kv.isMissingNode() ? null : new Entry(key, EtcdKeys.text(kv, "value"), EtcdKeys.revision(kv));
        } catch (EtcdException e) {
            throw e.explained();
        }
    }

    @Override
    public Contents list(String prefix) {
        Bounds.checkPrefix(prefix);
        try {
            String from = keys.data(prefix);
            EtcdReads.Range range = reads.range(from, EtcdKeys.after(from));
            List<Entry> entries = new ArrayList<>();
            for (JsonNode kv : range.kvs()) {
                entries.add(new Entry(keys.key(kv), EtcdKeys.text(kv, "value"), EtcdKeys.revision(kv)));
            }
            return new Contents(entries, range.revision());
        } catch (EtcdException e) {
            throw e.explained();
        }
    }

    @Override
    public long commit(Change change) {
        Bounds.check(change);
        long revision = commits.commit(change);
        watchers.tell(revision);
        return revision;
    }

    @Override
    public List<PastChange> history(long before, int limit) {
        Bounds.checkHistory(before, limit);
        try {
            return history.read(before, limit);
        } catch (EtcdException e) {
            throw e.explained();
        }
    }

    @Override
    public Watch watch(LongConsumer newest) {
        return watchers.add(newest);
    }

    @Override
    public boolean lead(String role, String owner, Duration time) {
        Bounds.checkLease(role, owner, time);
        try {
            return roles.lead(role, owner, time);
        } catch (EtcdException e) {
            throw e.explained();
        }
    }

    @Override
    public void close() {
        watch.close();
        watchers.close();
        client.close();
    }

    private static void checkFormat(EtcdClient client, EtcdKeys keys) throws EtcdException {
        EtcdTxn txn = new EtcdTxn()
                .expect(keys.format(), 0)
                .put(keys.format(), FORMAT, 0)
                .otherwiseGet(EtcdKeys.get(keys.format()));
        JsonNode answer = client.call("/v3/kv/txn", txn.json()).body();
        if (!answer.path("succeeded").asBoolean()) {
            String found =
                    EtcdKeys.text(EtcdKeys.only(answer.path("responses").path(0).path("response_range")), "value");
            if (!found.equals(FORMAT)) {
                throw new StoreException(
                        "etcd: " + keys.format() + " is " + found + " (expected: " + FORMAT
                                + "; run the version of Isochrone that wrote it, or choose another prefix)",
                        null);
            }
        }
    }
}
