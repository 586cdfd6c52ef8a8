package io.isochrone.control.nodes;

import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.publish.Members;
import io.isochrone.control.publish.NodeFacts;
import io.isochrone.control.publish.Planner;
import io.isochrone.control.publish.Published;
import io.isochrone.control.publish.PublishedText;
import io.isochrone.control.publish.Soak;
import io.isochrone.control.publish.StoredResources;
import io.isochrone.control.publish.UnpublishableException;
import io.isochrone.control.publish.Wanted;
import io.isochrone.control.store.Change;
import io.isochrone.control.store.ConflictException;
import io.isochrone.control.store.Contents;
import io.isochrone.control.store.Entry;
import io.isochrone.control.store.Keys;
import io.isochrone.control.store.Store;
import io.isochrone.control.store.StoreException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what the store holds to the board, and, while it leads, what is decided to the store. What it commits holds only if nobody
 * published since it looked: a leader that was stopped and goes on can do no harm. Trouble with the store leaves the board as it is,
 * is said once, and ends by itself.
 *
 * <p>Not thread-safe; confined to its owner.
 */
final class Publisher {
    static final String ROLE = "publisher";
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    private static final Duration LEASE = Duration.ofSeconds(5);
    private static final long RENEW_NANOS = 1_000_000_000L;
    private static final int MAX_WRITES = 100;

    private final Store store;
    private final NodeBook book;
    private final Board board;
    private final Waiting waiting;
    private final StoredResources.Opener opener;
    private final String replica;
    private final Soak.Times times;
    private final Map<String, Work> works = new TreeMap<>();
    private Map<String, StoredResources> resources = Map.of();
    private long revision = -1;
    private boolean leads;
    private @Nullable Long renewedNanos;
    private @Nullable String trouble;

    /** What is remembered of one service between two rounds. */
    private static final class Work {
        final Soak soak;

        @Nullable
        StoredResources read;

        @Nullable
        Wanted wanted;

        @Nullable
        String refusal;

        @Nullable
        Published published;

        @Nullable
        String damage;

        long headRevision;
        int parts;
        Members members = Members.NONE;

        Work(Soak soak) {
            this.soak = soak;
        }
    }

    Publisher(
            Store store,
            NodeBook book,
            Board board,
            Waiting waiting,
            StoredResources.Opener opener,
            String replica,
            Soak.Times times) {
        this.store = store;
        this.book = book;
        this.board = board;
        this.waiting = waiting;
        this.opener = opener;
        this.replica = replica;
        this.times = times;
    }

    /**
     * One round. Returns false when the store could not be asked; it is to be tried again.
     *
     * @param changed whether the store may hold something new
     */
    boolean round(boolean changed, long nowNanos) {
        book.tick(nowNanos);
        try {
            lead(nowNanos);
            if (changed || revision < 0) {
                read(nowNanos);
            }
            publish(nowNanos);
            write(nowNanos);
        } catch (ConflictException e) {
            revision = -1; // somebody else published: the next round begins with what the store holds now
            return false;
        } catch (StoreException e) {
            trouble(String.valueOf(e.getMessage()));
            return false;
        }
        trouble(null);
        return true;
    }

    private void trouble(@Nullable String now) {
        if (now != null && trouble == null) {
            LOG.warn("store out of reach, nodes are offered what was published reason={}", now);
        } else if (now == null && trouble != null) {
            LOG.info("store within reach again");
        }
        trouble = now;
        board.storeTrouble(now);
    }

    private void lead(long nowNanos) {
        Long renewed = renewedNanos;
        if (renewed != null && nowNanos - renewed < RENEW_NANOS) {
            return;
        }
        boolean before = leads;
        leads = false;
        leads = store.lead(ROLE, replica, LEASE);
        renewedNanos = nowNanos;
        if (leads != before) {
            LOG.info("publishing {} replica={}", leads ? "begins" : "ends", replica);
            revision = -1;
        }
    }

    private void read(long nowNanos) {
        Contents all = store.list(Keys.RESOURCES + "/");
        Contents secrets = store.list(Keys.SECRETS + "/");
        Contents heads = store.list(Keys.PUBLISHED);
        int damaged = book.stored(store.list(Keys.NODES).entries(), nowNanos);
        if (damaged > 0) {
            LOG.warn("stored nodes passed over, they are damaged count={}", damaged);
        }
        resources = StoredResources.all(all.entries(), secrets.entries());
        Map<String, StringBuilder> texts = new HashMap<>();
        Map<String, Long> revisions = new HashMap<>();
        Map<String, Integer> parts = new HashMap<>();
        for (Entry entry : heads.entries()) { // in order of key, so that a head's parts follow it in order
            String[] words = entry.key().split("/", -1);
            texts.computeIfAbsent(words[1], name -> new StringBuilder()).append(entry.value());
            parts.merge(words[1], 1, Integer::sum);
            if (words.length == 2) {
                revisions.put(words[1], entry.revision());
            }
        }
        works.keySet().retainAll(resources.keySet());
        board.keepOnly(resources.keySet());
        for (Map.Entry<String, StoredResources> each : resources.entrySet()) {
            String name = each.getKey();
            Work work = works.computeIfAbsent(name, key -> new Work(new Soak(times)));
            work.parts = parts.getOrDefault(name, 0);
            want(work, each.getValue());
            head(
                    name,
                    work,
                    texts.getOrDefault(name, new StringBuilder()).toString(),
                    revisions.getOrDefault(name, 0L));
        }
        revision = all.revision();
    }

    private void want(Work work, StoredResources stored) {
        if (stored.equals(work.read)) {
            return;
        }
        work.read = stored;
        work.wanted = null;
        try {
            work.wanted = stored.wanted(opener);
            work.refusal = null;
        } catch (UnpublishableException e) {
            work.refusal = e.getMessage();
        } catch (RuntimeException e) { // whatever is stored, one service's trouble must stay its own
            LOG.error("stored resources cannot be read service={}", stored.name(), e);
            work.refusal = "service/" + stored.name() + ": " + e + " (expected: resources that can be read)";
        }
    }

    private void head(String service, Work work, String text, long headRevision) {
        if (headRevision == work.headRevision) {
            return;
        }
        work.headRevision = headRevision;
        work.damage = null;
        try {
            Published read = PublishedText.read(Keys.published(service), text);
            Published before = work.published;
            if (before == null || read.last().compareTo(before.last()) >= 0) {
                work.published = read;
            }
        } catch (UnpublishableException e) {
            work.damage = e.getMessage();
            LOG.error(
                    "what is published cannot be read, nothing new is published service={} reason={}",
                    service,
                    e.getMessage());
        }
    }

    private void publish(long nowNanos) {
        for (Map.Entry<String, Work> each : works.entrySet()) {
            Work work = each.getValue();
            if (work.damage == null) {
                publish(each.getKey(), work, nowNanos);
            } else {
                show(each.getKey(), work, work.damage, false);
            }
        }
    }

    private void publish(String service, Work work, long nowNanos) {
        List<NodeFacts> nodes = book.facts(service, nowNanos);
        if (work.members.members().isEmpty() && work.published != null) {
            work.members = work.published.members(nodes);
        }
        work.members = work.members.next(nodes);
        Wanted wanted = work.wanted;
        if (wanted == null) {
            show(service, work, work.refusal, false);
            return;
        }
        Published now = ahead(service, work.published);
        Soak.Finding finding = work.soak.judge(now == null ? null : now.candidate(), nodes, nowNanos);
        Planner.Plan plan =
                Planner.plan(now, wanted, work.members.members(), nodes, leads ? finding : Soak.Finding.NONE);
        Published next = plan.published();
        boolean news = next != null && !next.equals(work.published);
        if (next != null && news && leads) {
            commit(service, work, next, plan.refusal());
        }
        boolean holds = next != null
                && (!news || leads)
                && next.resource() == wanted.service().revision();
        show(service, work, plan.refusal(), holds);
    }

    /** A node that runs something newer than was ever published: the store is an older one, restored; versions begin anew above it. */
    private @Nullable Published ahead(String service, @Nullable Published published) {
        SnapshotId newest = published == null ? null : book.newest(service);
        return published != null && newest != null && leads && newest.compareTo(published.last()) > 0
                ? published.after(newest)
                : published;
    }

    private void commit(String service, Work work, Published next, @Nullable String refusal) {
        String text = PublishedText.write(next);
        SortedMap<String, String> parts = Parts.cut(Keys.published(service), text);
        Change.Builder change = Change.by(null).expect(Keys.published(service), work.headRevision);
        parts.forEach(change::put);
        Parts.between(Keys.published(service), parts.size(), work.parts).forEach(change::delete);
        work.headRevision = store.commit(change.build());
        work.parts = parts.size();
        work.published = next;
        LOG.info(
                "published service={} version={} stage={} candidate={} refusal={}",
                service,
                next.stable().id(),
                next.stage().text(),
                next.candidate() == null ? "none" : next.candidate().line().id(),
                refusal == null ? "none" : refusal);
    }

    private void show(String service, Work work, @Nullable String refusal, boolean holds) {
        Board.State before = board.state(service);
        Published published = work.published;
        Offers offers = before == null ? null : before.offers();
        boolean news =
                published != null && (offers == null || !offers.published().equals(published));
        if (published != null && news) {
            offers = Offers.of(published, offers);
        }
        List<Board.Mark> marks = before == null ? List.of() : before.marks();
        if (holds && published != null) {
            marks = Board.marked(marks, revision, published.stable().id());
        }
        Set<String> ids = new HashSet<>();
        work.members.members().forEach(member -> ids.add(member.id()));
        Wanted wanted = work.wanted;
        Set<String> regions =
                wanted != null ? wanted.service().regions() : published == null ? Set.of() : published.regions();
        if (before == null || !Objects.equals(refusal, before.refusal())) {
            if (refusal != null) {
                LOG.warn("not published service={} reason={}", service, refusal);
            }
        }
        if (work.members.suspicion() != null && (before == null || before.suspicion() == null)) {
            LOG.warn("silent nodes are kept service={} reason={}", service, work.members.suspicion());
        }
        board.set(
                service,
                new Board.State(
                        offers, refusal, work.members.suspicion(), work.soak.stageNanos(), marks, regions, ids));
        if (news || before == null || !before.regions().equals(regions)) {
            waiting.wake(service);
        }
    }

    private void write(long nowNanos) {
        while (true) {
            SortedMap<String, String> texts = book.toWrite(nowNanos, MAX_WRITES);
            List<String> forgotten = book.forget(nowNanos, MAX_WRITES - texts.size());
            if (texts.isEmpty() && forgotten.isEmpty()) {
                return;
            }
            Change.Builder change = Change.by(null);
            texts.forEach(change::put);
            forgotten.forEach(change::delete);
            store.commit(change.build());
            book.written(texts, nowNanos);
            if (texts.size() < MAX_WRITES) {
                return;
            }
        }
    }

    /** Whether this replica is the one that publishes. */
    boolean leads() {
        return leads;
    }
}
