package io.isochrone.control.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.isochrone.control.store.EtcdHistory.Newest;
import io.isochrone.control.store.EtcdMarks.Mark;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Commits as transactions of etcd, each of which happens once or not at all however often it is sent.
 *
 * <p>What goes wrong without care: an endpoint that dies or hangs with a commit leaves open whether it happened, or will. Sending it
 * again could do it twice; saying "no" could be a lie. So each commit has an id and a {@link EtcdMarks mark}: it is sent again on the
 * condition that its mark is unchanged, and a mark with its id is the proof that it happened. Before a doubtful commit is refused its
 * mark is changed ("burnt"), after which none of what is still on its way can happen. When that is not possible in time either, the
 * caller hears that it is not known.
 *
 * <p>An audited commit also reads what its keys are before it, and happens only if they still are; when not, it is made anew, under
 * the same id.
 *
 * <p>Thread-safe. Audited commits of one process wait for one another.
 */
final class EtcdCommits {
    private static final String BURNT = "burnt";

    private final EtcdClient client;
    private final EtcdKeys keys;
    private final EtcdMarks marks;
    private final EtcdHistory history;
    private final InstantSource clock;
    private final long totalNanos;
    private final ReentrantLock audited = new ReentrantLock(true);

    /** What is there before an audited commit: the kv of each of its keys, or missing, and the newest of the history. */
    private record Before(Map<String, JsonNode> kvs, Newest newest) {}

    /** A commit under way: its mark, and whether something sent for it may have happened or may happen yet. */
    private static final class Way {
        private final String id = UUID.randomUUID().toString();
        private @Nullable Mark mark;
        private boolean doubtful;
        private Newest newest = new Newest(0, 0, 0);
    }

    EtcdCommits(EtcdClient client, EtcdKeys keys, EtcdHistory history, InstantSource clock, long totalNanos) {
        this.client = client;
        this.keys = keys;
        this.marks = new EtcdMarks(client, keys);
        this.history = history;
        this.clock = clock;
        this.totalNanos = totalNanos;
    }

    /** The revision that the change made. */
    long commit(Change change) {
        long end = System.nanoTime() + totalNanos;
        try {
            if (change.audit() == null) {
                return marked(change, end);
            }
            if (!audited.tryLock(totalNanos, TimeUnit.NANOSECONDS)) {
                throw new StoreException("etcd: other commits have not ended in time, nothing was changed", null);
            }
            try {
                return marked(change, end);
            } finally {
                audited.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("etcd: interrupted, nothing was changed", e);
        }
    }

    private long marked(Change change, long end) throws InterruptedException {
        Way way = new Way();
        try {
            way.mark = marks.take(totalNanos);
        } catch (EtcdException e) {
            throw e.explained();
        }
        if (way.mark == null) {
            throw new StoreException("etcd: too many commits are under way, nothing was changed", null);
        }
        try {
            long revision = untilKnown(change, way, end);
            if (change.audit() != null) {
                history.prune(way.newest);
            }
            return revision;
        } catch (EtcdException e) {
            if (way.doubtful || e.isDoubtful()) {
                way.mark = null;
                throw new StoreException(
                        "etcd: " + e.getMessage()
                                + "; the commit is not known to be stored (expected: more than half of its members"
                                + " up and reachable; read again what is there)",
                        e);
            }
            throw e.explained();
        } catch (RuntimeException e) {
            if (way.doubtful) {
                way.mark = null;
            }
            throw e;
        } finally {
            marks.give(way.mark);
        }
    }

    private long untilKnown(Change change, Way way, long end) throws EtcdException, InterruptedException {
        while (true) {
            Before before = null;
            if (change.audit() != null) {
                before = before(change);
                String broken = broken(change, before.kvs());
                if (broken != null) {
                    return refuse(broken, way);
                }
            }
            Mark mark = way.mark;
            if (mark == null) {
                throw new IllegalStateException("a commit without a mark");
            }
            EtcdClient.Answer answer;
            try {
                answer =
                        client.call("/v3/kv/txn", txn(change, before, mark, way).json());
            } catch (EtcdException e) {
                if (e.isFull()) {
                    return unlessFull(e, way, mark);
                }
                if (e.code() != EtcdException.NOT_FOUND || way.doubtful || e.isDoubtful()) {
                    throw e;
                }
                renew(way, mark, end);
                continue;
            }
            way.doubtful |= answer.doubtful();
            if (answer.body().path("succeeded").asBoolean()) {
                return happened(way, mark, EtcdKeys.header(answer.body()));
            }
            JsonNode responses = answer.body().path("responses");
            JsonNode now = EtcdKeys.only(responses.path(0).path("response_range"));
            if (way.id.equals(EtcdKeys.text(now, "value"))) {
                return happened(way, mark, EtcdKeys.revision(now));
            }
            if (EtcdKeys.revision(now) != mark.revision()) {
                if (way.doubtful) {
                    throw new EtcdException(EtcdException.NO_ANSWER, "its mark is gone", true);
                }
                renew(way, mark, end);
                continue;
            }
            int i = 1;
            for (Map.Entry<String, Long> each : new TreeMap<>(change.conditions()).entrySet()) {
                JsonNode kv = EtcdKeys.only(responses.path(i++).path("response_range"));
                if (EtcdKeys.revision(kv) != each.getValue()) {
                    return refuse(each.getKey(), way);
                }
            }
            if (System.nanoTime() - end > 0) {
                throw new EtcdException(
                        EtcdException.NO_ANSWER, "others changed the same keys all the time", way.doubtful);
            }
        }
    }

    private EtcdTxn txn(Change change, @Nullable Before before, Mark mark, Way way) {
        EtcdTxn txn = new EtcdTxn().expect(mark.key(), mark.revision()).otherwiseGet(EtcdKeys.get(mark.key()));
        Map<String, Long> expected = new TreeMap<>(change.conditions());
        expected.forEach(
                (key, revision) -> txn.otherwiseGet(EtcdKeys.get(keys.data(key)).put("keys_only", true)));
        if (before != null && change.audit() != null) {
            before.kvs().forEach((key, kv) -> expected.put(key, EtcdKeys.revision(kv)));
            Map<String, String> values = new HashMap<>();
            before.kvs().forEach((key, kv) -> {
                if (!kv.isMissingNode()) {
                    values.put(key, EtcdKeys.text(kv, "value"));
                }
            });
            byte[] bytes = PastChangeBytes.write(change, change.audit(), clock.instant(), values);
            way.newest = history.append(txn, before.newest(), bytes);
        }
        expected.forEach((key, revision) -> txn.expect(keys.data(key), revision));
        change.puts().forEach((key, value) -> txn.put(keys.data(key), value, 0));
        change.deletes().forEach(key -> txn.delete(keys.data(key)));
        return txn.put(keys.revision(), "", 0).put(mark.key(), way.id, mark.lease());
    }

    private static long happened(Way way, Mark mark, long revision) {
        way.mark = new Mark(mark.key(), mark.lease(), revision);
        way.doubtful = false;
        return revision;
    }

    /**
     * The revision when the commit has happened, else throws what etcd has said. The transaction by which a member finds its quota
     * passed is carried out although it is answered with the same error as the ones that are refused after it (etcd v3.4,
     * {@code server/etcdserver/apply.go}, quotaApplierV3), so only the mark can tell.
     */
    private long unlessFull(EtcdException full, Way way, Mark mark) throws EtcdException {
        way.doubtful |= full.isDoubtful();
        JsonNode now;
        try {
            now = EtcdKeys.only(
                    client.call("/v3/kv/range", EtcdKeys.get(mark.key())).body());
        } catch (EtcdException e) {
            throw new EtcdException(e.code(), full.getMessage() + ", and then " + e.getMessage(), true);
        }
        if (way.id.equals(EtcdKeys.text(now, "value"))) {
            return happened(way, mark, EtcdKeys.revision(now));
        }
        throw new EtcdException(
                full.code(), String.valueOf(full.getMessage()), EtcdKeys.revision(now) != mark.revision());
    }

    /** Throws the conflict once it is certain that nothing of the commit can happen any more; its revision if it has. */
    private long refuse(String key, Way way) throws EtcdException {
        Mark mark = way.mark;
        if (way.doubtful && mark != null) {
            EtcdTxn burn = new EtcdTxn()
                    .expect(mark.key(), mark.revision())
                    .put(mark.key(), BURNT, mark.lease())
                    .otherwiseGet(EtcdKeys.get(mark.key()));
            JsonNode answer = client.call("/v3/kv/txn", burn.json()).body();
            JsonNode now = EtcdKeys.only(answer.path("responses").path(0).path("response_range"));
            if (!answer.path("succeeded").asBoolean() && way.id.equals(EtcdKeys.text(now, "value"))) {
                return happened(way, mark, EtcdKeys.revision(now));
            }
            if (!answer.path("succeeded").asBoolean() && !BURNT.equals(EtcdKeys.text(now, "value"))) {
                throw new EtcdException(EtcdException.NO_ANSWER, "its mark is gone", true);
            }
            way.mark = null;
            way.doubtful = false;
        }
        throw new ConflictException(key);
    }

    /** A mark under a new lease, because the old one has ended. */
    private void renew(Way way, Mark mark, long end) throws EtcdException, InterruptedException {
        marks.forget(mark.lease());
        way.mark = null;
        marks.give(null);
        way.mark = marks.take(Math.max(1, end - System.nanoTime()));
        if (way.mark == null) {
            throw new EtcdException(EtcdException.NO_ANSWER, "too many commits are under way", false);
        }
    }

    private Before before(Change change) throws EtcdException {
        TreeSet<String> touched = new TreeSet<>(change.puts().keySet());
        touched.addAll(change.deletes());
        touched.addAll(change.conditions().keySet());
        Map<String, JsonNode> kvs = new HashMap<>();
        List<String> all = List.copyOf(touched);
        Newest newest = readBefore(all, kvs);
        return new Before(kvs, newest);
    }

    /** By one transaction, or in halves when the values are too many for one answer; a mixture is found out by the commit. */
    private Newest readBefore(List<String> all, Map<String, JsonNode> kvs) throws EtcdException {
        EtcdTxn txn = new EtcdTxn().get(EtcdKeys.get(keys.newestHistory()));
        all.forEach(key -> txn.get(EtcdKeys.get(keys.data(key))));
        try {
            JsonNode responses = client.call("/v3/kv/txn", txn.json()).body().path("responses");
            for (int i = 0; i < all.size(); i++) {
                kvs.put(all.get(i), EtcdKeys.only(responses.path(i + 1).path("response_range")));
            }
            return Newest.of(EtcdKeys.only(responses.path(0).path("response_range")));
        } catch (EtcdException e) {
            if (!e.isTooLargeAnAnswer() || all.size() == 1) {
                throw e;
            }
            readBefore(all.subList(0, all.size() / 2), kvs);
            return readBefore(all.subList(all.size() / 2, all.size()), kvs);
        }
    }

    /** The first key whose condition does not hold, or null. */
    private static @Nullable String broken(Change change, Map<String, JsonNode> kvs) {
        for (Map.Entry<String, Long> each : new TreeMap<>(change.conditions()).entrySet()) {
            JsonNode kv = kvs.get(each.getKey());
            if (kv == null || EtcdKeys.revision(kv) != each.getValue()) {
                return each.getKey();
            }
        }
        return null;
    }
}
