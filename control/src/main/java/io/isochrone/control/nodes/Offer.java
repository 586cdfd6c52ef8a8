package io.isochrone.control.nodes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.config.wire.Snapshot;
import io.isochrone.config.wire.SnapshotChange;
import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.http.Reply;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot as it is offered to nodes of one kind. Each answer is made once, from the first node that needs it, and given to all.
 *
 * <p>Thread-safe: answers are added, never changed.
 */
final class Offer {
    private static final SnapshotId NOTHING = new SnapshotId(1, 0);

    private final Snapshot snapshot;
    private final String checksum;
    private final Predicate<@Nullable Snapshot> force;
    private final Map<SnapshotId, Reply> answers = new ConcurrentHashMap<>();

    /** With a rule that tells whether a node that has something may be told to shrink to this. */
    Offer(Snapshot snapshot, Predicate<@Nullable Snapshot> force) {
        this.snapshot = snapshot;
        this.force = force;
        checksum = snapshot.checksum();
    }

    SnapshotId id() {
        return snapshot.id();
    }

    Snapshot snapshot() {
        return snapshot;
    }

    String checksum() {
        return checksum;
    }

    /** The answer for a node that has {@code older}; null: the whole snapshot. */
    Reply answer(@Nullable Snapshot older) {
        SnapshotId from = older == null ? NOTHING : older.id();
        return answers.computeIfAbsent(from, key -> Reply.json(200, older == null ? whole() : change(older)));
    }

    private ObjectNode head(@Nullable Snapshot older) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        KnownNode.id(json, snapshot.id()).put("checksum", checksum);
        if (force.test(older)) {
            json.put("force", true);
        }
        return json;
    }

    private String whole() {
        ObjectNode json = head(null);
        ObjectNode items = json.putObject("items");
        snapshot.items().forEach(items::put);
        return json.toString();
    }

    private String change(Snapshot older) {
        SnapshotChange change = snapshot.since(older);
        ObjectNode json = head(older);
        KnownNode.id(json.putObject("from"), older.id());
        ObjectNode set = json.putObject("set");
        change.set().forEach(set::put);
        ArrayNode removed = json.putArray("removed");
        change.removed().forEach(removed::add);
        return json.toString();
    }
}
