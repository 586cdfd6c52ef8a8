package io.isochrone.control.nodes;

import io.isochrone.config.wire.Snapshot;
import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.http.Reply;
import io.isochrone.control.publish.Line;
import io.isochrone.control.publish.Published;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is offered for one service, and what was offered before, as far as changes are made from it.
 *
 * <p>Immutable, but for answers that are made when they are first asked for.
 */
final class Offers {
    /** Most earlier snapshots of one kind; a node with an older one gets a whole one. */
    static final int MAX_EARLIER = 32;

    private final Published published;
    private final Map<SnapshotId, Offer> gateways;
    private final Map<SnapshotId, Offer> routers;
    private final Map<SnapshotId, Earlier> earlier;

    private record Earlier(
            Snapshot gateways, Snapshot routers, String gatewaysSum, String routersSum, Set<String> regions) {
        Snapshot of(boolean gateway) {
            return gateway ? gateways : routers;
        }

        String checksum(boolean gateway) {
            return gateway ? gatewaysSum : routersSum;
        }
    }

    private Offers(
            Published published,
            Map<SnapshotId, Offer> gateways,
            Map<SnapshotId, Offer> routers,
            Map<SnapshotId, Earlier> earlier) {
        this.published = published;
        this.gateways = gateways;
        this.routers = routers;
        this.earlier = earlier;
    }

    /** After {@code before}; null: the first. */
    static Offers of(Published published, @Nullable Offers before) {
        Map<SnapshotId, Earlier> earlier = new LinkedHashMap<>();
        Map<SnapshotId, Offer> gateways = new LinkedHashMap<>();
        Map<SnapshotId, Offer> routers = new LinkedHashMap<>();
        if (before != null) {
            earlier.putAll(before.earlier);
        }
        for (Line line : published.lines()) {
            Offer gateway =
                    offer(line.id(), line.gateways(), before == null ? null : before.gateways, published, earlier);
            Offer router = offer(line.id(), line.routers(), before == null ? null : before.routers, published, earlier);
            gateways.put(line.id(), gateway);
            routers.put(line.id(), router);
            SortedSet<String> regions = new TreeSet<>(published.regions());
            earlier.putIfAbsent(
                    line.id(),
                    new Earlier(gateway.snapshot(), router.snapshot(), gateway.checksum(), router.checksum(), regions));
        }
        while (earlier.size() > MAX_EARLIER) {
            earlier.remove(earlier.keySet().iterator().next());
        }
        return new Offers(published, gateways, routers, earlier);
    }

    private static Offer offer(
            SnapshotId id,
            SortedMap<String, String> items,
            @Nullable Map<SnapshotId, Offer> before,
            Published published,
            Map<SnapshotId, Earlier> earlier) {
        Offer same = before == null ? null : before.get(id);
        return same != null
                ? same
                : new Offer(new Snapshot(id, items), older -> {
                    Earlier from = older == null ? null : earlier.get(older.id());
                    return published.isIntended(from == null ? null : from.regions());
                });
    }

    Published published() {
        return published;
    }

    /** What a node is to run. */
    SnapshotId target(boolean gateway, String id, @Nullable String region) {
        return published.lineFor(gateway, id, region).id();
    }

    /**
     * The answer to a node; null while there is nothing for it that it lacks.
     *
     * @param same whether the same content under another version is news too
     */
    @Nullable
    Reply answer(NodeWord node, boolean same) {
        boolean gateway = node.kind() == NodeView.Kind.GATEWAY;
        SnapshotId target = target(gateway, node.id(), node.region());
        SnapshotId have = node.have();
        if (have != null && have.compareTo(target) > 0 || target.equals(node.refused())) {
            return null;
        }
        Offer offer = (gateway ? gateways : routers).get(target);
        if (offer == null) {
            throw new IllegalStateException(target + ": no offer");
        }
        if (have == null) {
            return offer.answer(null);
        }
        boolean equal = offer.checksum().equals(node.checksum());
        if (equal && (have.equals(target) || !same)) {
            return null;
        }
        Earlier from = earlier.get(have);
        boolean known = from != null
                && (node.checksum() == null || from.checksum(gateway).equals(node.checksum()));
        if (have.equals(target)) {
            return node.checksum() == null ? null : offer.answer(null);
        }
        return offer.answer(known && from != null ? from.of(gateway) : null);
    }
}
