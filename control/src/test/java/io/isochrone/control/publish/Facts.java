package io.isochrone.control.publish;

import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.publish.NodeFacts.Condition;
import io.isochrone.control.publish.NodeFacts.Traffic;
import org.jspecify.annotations.Nullable;

/** Makes facts of nodes. Immutable. */
final class Facts {
    private Facts() {}

    static NodeFacts gateway(String id, String region, double silentSeconds) {
        return gateway(id, region, silentSeconds, null, Traffic.NONE);
    }

    static NodeFacts gateway(
            String id, String region, double silentSeconds, @Nullable SnapshotId applied, Traffic total) {
        return new NodeFacts(
                id,
                true,
                region,
                id + ".example:8080",
                Condition.SERVING,
                (long) (silentSeconds * 1e9),
                applied,
                null,
                null,
                0,
                total,
                Traffic.NONE);
    }

    static NodeFacts in(Condition condition, NodeFacts of) {
        return new NodeFacts(
                of.id(),
                of.gateway(),
                of.region(),
                of.address(),
                condition,
                of.silentNanos(),
                of.applied(),
                of.refused(),
                of.reason(),
                of.rate(),
                of.total(),
                of.usual());
    }

    static NodeFacts refusing(NodeFacts of, SnapshotId id, String reason) {
        return new NodeFacts(
                of.id(),
                of.gateway(),
                of.region(),
                of.address(),
                of.condition(),
                of.silentNanos(),
                of.applied(),
                id,
                reason,
                of.rate(),
                of.total(),
                of.usual());
    }

    static NodeFacts at(NodeFacts of, String address) {
        return new NodeFacts(
                of.id(),
                of.gateway(),
                of.region(),
                address,
                of.condition(),
                of.silentNanos(),
                of.applied(),
                of.refused(),
                of.reason(),
                of.rate(),
                of.total(),
                of.usual());
    }

    static NodeFacts usual(NodeFacts of, Traffic usual) {
        return new NodeFacts(
                of.id(),
                of.gateway(),
                of.region(),
                of.address(),
                of.condition(),
                of.silentNanos(),
                of.applied(),
                of.refused(),
                of.reason(),
                of.rate(),
                of.total(),
                usual);
    }
}
