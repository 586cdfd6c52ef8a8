package io.isochrone.control.publish;

import io.isochrone.config.wire.SnapshotId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is published for one service: what every replica offers to nodes, and what the next decision starts from.
 *
 * <p>Immutable.
 *
 * @param last the highest version used so far
 * @param resource revision of the service's resource that the stable line holds
 * @param regions canonical names of the locations that the stable line holds
 * @param stable offered to everybody who is not in the candidate's stage
 * @param candidate on its way; null: none
 * @param refused what was taken back and must not come again; null: nothing
 * @param gone regions that a change of the resource took out of the service, with the version that did
 */
public record Published(
        SnapshotId last,
        long resource,
        SortedSet<String> regions,
        Line stable,
        @Nullable Candidate candidate,
        @Nullable Refused refused,
        SortedMap<String, Long> gone) {
    /**
     * Staged items that were taken back.
     *
     * @param hash of the items
     * @param reason why
     */
    public record Refused(String hash, String reason) {}

    public Published {
        regions = Collections.unmodifiableSortedSet(new TreeSet<>(regions));
        gone = Collections.unmodifiableSortedMap(new TreeMap<>(gone));
    }

    /** How far the candidate has come. */
    public Stage stage() {
        return candidate == null ? Stage.IDLE : candidate.stage();
    }

    /** What a node is to run. */
    public Line lineFor(boolean gateway, String id, @Nullable String region) {
        return candidate != null && candidate.isFor(gateway, id, region) ? candidate.line() : stable;
    }

    /**
     * Whether a node may be told to give up more than half of its locations: a change of the resource took out each that it will
     * miss.
     *
     * @param has canonical names of the locations that it has; null: not known
     */
    public boolean isIntended(@Nullable Set<String> has) {
        if (has == null) {
            return !gone.isEmpty();
        }
        Set<String> missing = new HashSet<>(has);
        missing.removeAll(regions);
        return missing.size() * 2 > has.size() && gone.keySet().containsAll(missing);
    }

    /** All versions begin anew in a higher epoch, because a node has something newer than all of them: the store was restored. */
    public Published after(SnapshotId ahead) {
        long epoch = Math.max(last.epoch(), ahead.epoch()) + 1;
        Line first = stable.as(new SnapshotId(epoch, 1));
        return new Published(first.id(), resource, regions, first, null, refused, gone);
    }

    /** The gateways that the stable line tells routers of, by the names that known nodes have for these addresses. */
    public Members members(List<NodeFacts> nodes) {
        Map<String, String> idByAddress = new HashMap<>();
        nodes.stream().filter(NodeFacts::gateway).forEach(node -> idByAddress.put(node.address(), node.id()));
        List<Member> members = new ArrayList<>();
        String item = stable.routers().get(Composer.SERVICE);
        if (item != null) {
            Doc service = Doc.read(Composer.SERVICE, item);
            List<Doc> locations =
                    new ArrayList<>(service.at("additional-locations").items(1000));
            locations.add(service.at("primary"));
            for (Doc location : locations) {
                for (Doc node : location.at("nodes").items(100_000)) {
                    String address = node.text(300);
                    String id = idByAddress.getOrDefault(address, address);
                    members.add(new Member(id, location.at("location").text(80), address));
                }
            }
        }
        return new Members(members, null);
    }

    /** All lines that are offered to somebody. */
    public List<Line> lines() {
        return candidate == null ? List.of(stable) : List.of(stable, candidate.line());
    }
}
