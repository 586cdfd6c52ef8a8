package io.isochrone.control.publish;

import io.isochrone.config.wire.SnapshotId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What both kinds of nodes are offered under one version.
 *
 * <p>Immutable.
 *
 * @param id epoch and version
 * @param gateways items by key
 * @param routers items by key
 */
public record Line(SnapshotId id, SortedMap<String, String> gateways, SortedMap<String, String> routers) {
    public Line {
        gateways = Collections.unmodifiableSortedMap(new TreeMap<>(gateways));
        routers = Collections.unmodifiableSortedMap(new TreeMap<>(routers));
    }

    /** The same content under another version. */
    public Line as(SnapshotId other) {
        return new Line(other, gateways, routers);
    }

    /** Whether the content is the same, whatever the version. */
    public boolean hasContentOf(Line other) {
        return gateways.equals(other.gateways) && routers.equals(other.routers);
    }

    /** The items that go out in stages. */
    public SortedMap<String, String> staged() {
        return gateways.subMap(Composer.APIS, Composer.APIS_END);
    }

    /** The items of those who may call. */
    SortedMap<String, String> subscriptions() {
        return gateways.subMap(Composer.SUBSCRIPTIONS, Composer.SUBSCRIPTIONS_END);
    }
}
