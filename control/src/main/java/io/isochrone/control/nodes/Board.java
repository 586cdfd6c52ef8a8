package io.isochrone.control.nodes;

import io.isochrone.config.wire.SnapshotId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What this replica offers and says of each service. Written by the publisher's thread, read by all.
 *
 * <p>Thread-safe: one immutable map behind one volatile reference; what is read may be one round old.
 */
final class Board {
    private static final int MAX_MARKS = 200;

    private volatile Map<String, State> states = Map.of();
    private volatile @Nullable String storeTrouble;

    /**
     * Up to which revision of the store a snapshot holds everything that is not in stages.
     *
     * @param upTo revision
     * @param id first snapshot that does
     */
    record Mark(long upTo, SnapshotId id) {}

    /**
     * Of one service.
     *
     * @param offers null: nothing is published yet
     * @param refusal why what the store holds is not published
     * @param suspicion why silent nodes are kept
     * @param stageNanos when the stage began
     * @param marks the newest last
     * @param regions of the service's resource, canonical
     * @param members ids of the gateways that routers are told of
     */
    record State(
            @Nullable Offers offers,
            @Nullable String refusal,
            @Nullable String suspicion,
            long stageNanos,
            List<Mark> marks,
            Set<String> regions,
            Set<String> members) {
        State {
            marks = List.copyOf(marks);
            regions = Set.copyOf(regions);
            members = Set.copyOf(members);
        }
    }

    @Nullable
    State state(String service) {
        return states.get(service);
    }

    Map<String, State> all() {
        return states;
    }

    void set(String service, State state) {
        Map<String, State> next = new TreeMap<>(states);
        next.put(service, state);
        states = next;
    }

    /** Services that are not there any more. */
    void keepOnly(Set<String> services) {
        if (!services.containsAll(states.keySet())) {
            Map<String, State> next = new TreeMap<>(states);
            next.keySet().retainAll(services);
            states = next;
        }
    }

    void storeTrouble(@Nullable String trouble) {
        storeTrouble = trouble;
    }

    @Nullable
    String storeTrouble() {
        return storeTrouble;
    }

    /** With one mark more. */
    static List<Mark> marked(List<Mark> marks, long revision, SnapshotId id) {
        List<Mark> next = new ArrayList<>(marks);
        Mark last = next.isEmpty() ? null : next.get(next.size() - 1);
        if (last != null && last.id().equals(id)) {
            next.remove(next.size() - 1);
        }
        next.add(new Mark(last == null ? revision : Math.max(revision, last.upTo()), id));
        return next.size() > MAX_MARKS ? next.subList(1, next.size()) : next;
    }

    /** The first snapshot that holds what the store had at a revision, or null. */
    @Nullable
    SnapshotId holding(String service, long revision) {
        State state = states.get(service);
        if (state != null) {
            for (Mark mark : state.marks()) {
                if (mark.upTo() >= revision) {
                    return mark.id();
                }
            }
        }
        return null;
    }
}
