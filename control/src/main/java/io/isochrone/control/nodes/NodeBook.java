package io.isochrone.control.nodes;

import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.publish.Doc;
import io.isochrone.control.publish.NodeFacts;
import io.isochrone.control.publish.UnpublishableException;
import io.isochrone.control.store.Entry;
import io.isochrone.control.store.Keys;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes there are, by what they say and by what other replicas wrote down. Silence is counted by this process's clock from
 * when it heard itself, or saw another replica's note change; no other clock counts. Nodes that the store knows at start are heard
 * of at that moment, so that a control plane that comes back does not take its nodes for lost before they can speak.
 *
 * <p>Thread-safe: one lock, held for short.
 */
public final class NodeBook {
    /** Most nodes of all services; a further one is refused. */
    public static final int MAX_NODES = 10_000;

    /** Silence after which a node is forgotten. */
    public static final long FORGOTTEN_NANOS = 600_000_000_000L;

    private static final long REFRESH_NANOS = 4_000_000_000L;

    private final String replica;
    private final int maxNodes;
    private final Map<String, SortedMap<String, KnownNode>> services = new TreeMap<>();
    private final Map<String, Long> writtenNanos = new LinkedHashMap<>();
    private final Map<String, KnownNode> dirty = new LinkedHashMap<>();
    private int count;
    private @Nullable Long lastNanos;

    /** Of a replica with a name that no other process has or had. */
    public NodeBook(String replica) {
        this(replica, MAX_NODES);
    }

    NodeBook(String replica, int maxNodes) {
        this.replica = replica;
        this.maxNodes = maxNodes;
    }

    /** There are too many nodes to take another one. Immutable. */
    static final class TooManyNodesException extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooManyNodesException(int max) {
            super("nodes: " + (max + 1) + " (expected: at most " + max + " in one control plane)");
        }
    }

    /** Another node has this name. Immutable. */
    static final class NameTakenException extends RuntimeException {
        private static final long serialVersionUID = 1;

        NameTakenException(String id, String address) {
            super("node: \"" + id + "\" (expected: another name; " + address + " has it, heard of less than 10 s ago)");
        }
    }

    /**
     * Takes what a node says; returns whether something but its load changed.
     *
     * @throws TooManyNodesException when it is new and there is no room; what is known stays
     * @throws NameTakenException when a living node at another address has its name
     */
    synchronized boolean hear(String service, NodeWord word, long nowNanos, Instant at) {
        SortedMap<String, KnownNode> nodes = services.computeIfAbsent(service, name -> new TreeMap<>());
        KnownNode known = nodes.get(word.id());
        if (known == null) {
            if (count >= maxNodes) {
                throw new TooManyNodesException(maxNodes);
            }
            known = new KnownNode(word, nowNanos, at);
            nodes.put(word.id(), known);
            count++;
            known.hear(word, nowNanos, at);
            known.direct = true;
            dirty.put(Keys.node(service, word.id()), known);
            return true;
        }
        boolean moved = !known.word.address().equals(word.address());
        if (moved
                && nowNanos - known.heardNanos < NodeFacts.LOST_NANOS
                && known.word.state() != NodeFacts.Condition.DRAINING) {
            throw new NameTakenException(word.id(), known.word.address());
        }
        boolean wasLost = nowNanos - known.heardNanos >= NodeFacts.LOST_NANOS;
        known.direct = true;
        boolean changed = known.hear(word, nowNanos, at) || wasLost;
        if (changed) {
            dirty.put(Keys.node(service, word.id()), known);
        }
        return changed;
    }

    /** Takes what the store holds below {@code nodes/}; returns how many entries could not be read. */
    synchronized int stored(List<Entry> entries, long nowNanos) {
        int damaged = 0;
        for (Entry entry : entries) {
            String[] words = entry.key().substring(Keys.NODES.length()).split("/", -1);
            if (words.length != 2) {
                damaged++;
                continue;
            }
            KnownNode known = services.getOrDefault(words[0], new TreeMap<>()).get(words[1]);
            if (known != null
                    && (known.storedRevision == entry.revision() || known.isDirect(nowNanos, NodeFacts.LOST_NANOS))) {
                known.storedRevision = entry.revision();
                continue;
            }
            try {
                take(words[0], entry, nowNanos);
            } catch (UnpublishableException | DateTimeException e) {
                damaged++;
            }
        }
        return damaged;
    }

    private void take(String service, Entry entry, long nowNanos) {
        Doc doc = Doc.read(entry.key(), entry.value());
        NodeWord word = NodeWord.read(doc);
        Instant seen = Instant.parse(doc.at("seen").text(40));
        if (!Keys.node(service, word.id()).equals(entry.key())) {
            throw doc.at("node").wrong("the name in its key");
        }
        SortedMap<String, KnownNode> nodes = services.computeIfAbsent(service, name -> new TreeMap<>());
        KnownNode known = nodes.get(word.id());
        if (known == null) {
            if (count >= maxNodes) {
                return;
            }
            known = new KnownNode(word, nowNanos, seen);
            nodes.put(word.id(), known);
            count++;
        }
        known.storedRevision = entry.revision();
        if (!replica.equals(doc.at("by").optionalText(100))) {
            known.hear(word, nowNanos, seen);
            known.direct = false;
        }
    }

    /**
     * Time goes on. When it stood still for longer than nodes may be silent (the process was stopped, or asleep), nobody was listening, so
     * nobody counts as silent for it.
     */
    synchronized void tick(long nowNanos) {
        Long last = lastNanos;
        lastNanos = nowNanos;
        if (last != null && nowNanos - last > 3_000_000_000L) {
            long pause = nowNanos - last;
            services.values().forEach(nodes -> nodes.values().forEach(node -> node.heardNanos += pause));
        }
    }

    /** What is to be written down now by key, at most {@code max}: what changed, and what was not written for a while. */
    synchronized SortedMap<String, String> toWrite(long nowNanos, int max) {
        SortedMap<String, String> texts = new TreeMap<>();
        services.forEach((service, nodes) -> nodes.forEach((id, node) -> {
            String key = Keys.node(service, id);
            Long written = writtenNanos.get(key);
            if (node.isDirect(nowNanos, NodeFacts.LOST_NANOS)
                    && (written == null || nowNanos - written >= REFRESH_NANOS)) {
                dirty.put(key, node);
            }
        }));
        for (Map.Entry<String, KnownNode> each : dirty.entrySet()) {
            if (texts.size() == max) {
                break;
            }
            texts.put(each.getKey(), each.getValue().text(replica));
        }
        return texts;
    }

    /** These texts are in the store now. */
    synchronized void written(SortedMap<String, String> texts, long nowNanos) {
        texts.forEach((key, text) -> {
            KnownNode node = dirty.get(key);
            if (node != null && node.text(replica).equals(text)) {
                dirty.remove(key);
            }
            writtenNanos.put(key, nowNanos);
        });
    }

    /** Forgets nodes that are silent for too long; returns their keys, at most {@code max}. */
    synchronized List<String> forget(long nowNanos, int max) {
        List<String> keys = new ArrayList<>();
        services.forEach((service, nodes) -> nodes.values().removeIf(node -> {
            boolean gone = keys.size() < max && nowNanos - node.heardNanos >= FORGOTTEN_NANOS;
            if (gone) {
                String key = Keys.node(service, node.word.id());
                keys.add(key);
                dirty.remove(key);
                writtenNanos.remove(key);
                count--;
            }
            return gone;
        }));
        services.values().removeIf(Map::isEmpty);
        return keys;
    }

    /** What decisions need of a service's nodes, in order of id. */
    public synchronized List<NodeFacts> facts(String service, long nowNanos) {
        return of(service).stream().map(node -> node.facts(nowNanos)).toList();
    }

    /** What operators see of a service's nodes, in order of id. */
    synchronized List<NodeView> views(String service, long nowNanos) {
        return of(service).stream().map(node -> node.view(nowNanos)).toList();
    }

    /** The software of each node by its id. */
    synchronized Map<String, String> software(String service) {
        Map<String, String> software = new TreeMap<>();
        of(service).forEach(node -> software.put(node.word.id(), node.word.software()));
        return software;
    }

    /** The newest thing that any node of a service runs, or null. */
    synchronized @Nullable SnapshotId newest(String service) {
        SnapshotId newest = null;
        for (KnownNode node : of(service)) {
            SnapshotId have = node.have();
            newest = have != null && (newest == null || have.compareTo(newest) > 0) ? have : newest;
        }
        return newest;
    }

    /** What living routers say of regions. */
    synchronized List<Fleet.RegionReport> regions(String service, long nowNanos) {
        return RegionViews.merge(of(service).stream()
                .filter(node -> nowNanos - node.heardNanos < NodeFacts.LOST_NANOS)
                .map(node -> node.regions)
                .toList());
    }

    /** The map of the living router that was heard last. */
    synchronized List<Fleet.MapPoint> map(String service, long nowNanos) {
        List<Fleet.MapPoint> map = List.of();
        long least = NodeFacts.LOST_NANOS;
        for (KnownNode node : of(service)) {
            long silent = nowNanos - node.heardNanos;
            if (!node.map.isEmpty() && silent < least) {
                map = node.map;
                least = silent;
            }
        }
        return map;
    }

    private Collection<KnownNode> of(String service) {
        SortedMap<String, KnownNode> nodes = services.get(service);
        return nodes == null ? List.of() : nodes.values();
    }
}
