package io.isochrone.control.arm;

import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.arm.ServiceDocument.Site;
import io.isochrone.control.arm.ServiceDocument.Stage;
import io.isochrone.control.nodes.NodeView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an operation has come to and what is to be done next. Pure.
 *
 * <p>A location has followed when more than half of its gateway nodes that are neither lost nor draining run a snapshot that holds
 * what is stored. One that joins needs at least one node; of the others those without nodes are not waited for, so that a service can
 * be made before any node runs. A location that leaves is gone when all nodes there and all routers know that it is off and nothing
 * is under way there, or when that takes too long.
 *
 * <p>Immutable.
 *
 * @param act what is to be done
 * @param percent 0 to 100
 * @param notes what is waited for, or went wrong, a sentence each
 */
record OperationStep(Act act, int percent, List<String> notes) {
    /** What is to be done with an operation. */
    enum Act {
        /** Look again later. */
        WAIT,
        /** What joins has joined: mark as leaving what it replaces. */
        LEAVE,
        /** Everything is as wanted. */
        DONE,
        /** Give up: the reasons are in the notes. */
        FAIL
    }

    OperationStep {
        notes = List.copyOf(notes);
    }

    /**
     * How long may be waited.
     *
     * @param until when joining and following is given up
     * @param drain how long a location that leaves may take to become idle
     */
    record Patience(Instant until, Duration drain) {}

    /**
     * What is known of the world.
     *
     * @param nodes of the service
     * @param holding the first snapshot with what is stored; null: none yet
     * @param refusal why what is stored is not published; null: it is, or is about to be
     */
    record World(
            List<NodeView> nodes,
            @Nullable SnapshotId holding,
            @Nullable String refusal) {
        public World {
            nodes = List.copyOf(nodes);
        }
    }

    /** The next step of an operation that creates or updates {@code service}. */
    static OperationStep of(
            ServiceDocument service, @Nullable Instant leaving, World world, Instant now, Patience patience) {
        boolean nodes = world.nodes.stream().anyMatch(node -> node.state() != NodeView.State.LOST);
        boolean joins = service.additional().stream().anyMatch(site -> site.stage() == Stage.JOINING);
        if (!nodes && !joins) {
            return next(service);
        }
        if (world.holding == null && world.refusal != null) {
            return new OperationStep(Act.FAIL, 0, List.of("What is stored is not published: " + world.refusal));
        }
        List<String> missing = new ArrayList<>();
        int parts = 0;
        int done = 0;
        for (Site site : service.sites()) {
            parts++;
            String lacks = site.isLeaving() ? null : lacks(site, world);
            if (lacks == null) {
                done++;
            } else {
                missing.add(lacks);
            }
        }
        if (!missing.isEmpty()) {
            boolean late = !now.isBefore(patience.until);
            return new OperationStep(late ? Act.FAIL : Act.WAIT, 10 + 70 * done / parts, missing);
        }
        Instant end = leaving == null ? null : leaving.plus(patience.drain);
        List<String> busy = end == null || now.isBefore(end) ? busy(service, world) : List.of();
        return busy.isEmpty() ? next(service) : new OperationStep(Act.WAIT, 85, busy);
    }

    private static OperationStep next(ServiceDocument service) {
        boolean replaced = service.additional().stream().anyMatch(site -> site.stage() == Stage.REPLACED);
        return replaced ? new OperationStep(Act.LEAVE, 80, List.of()) : new OperationStep(Act.DONE, 100, List.of());
    }

    /** What a location still needs, or null. */
    private static @Nullable String lacks(Site site, World world) {
        int live = 0;
        int follow = 0;
        String reason = "";
        for (NodeView node : world.nodes) {
            boolean here = node.kind() == NodeView.Kind.GATEWAY && site.region().equals(node.region());
            if (!here || node.state() == NodeView.State.LOST || node.state() == NodeView.State.DRAINING) {
                continue;
            }
            live++;
            if (runs(node, world.holding)) {
                follow++;
            } else if (node.refusal() != null) {
                reason = "; " + node.id() + " refuses it: " + node.refusal();
            }
        }
        if (live == 0) {
            return site.stage() == Stage.JOINING
                    ? site.region() + ": no gateway node has called yet (expected: one started with --region "
                            + site.region() + ")"
                    : null;
        }
        return follow * 2 > live
                ? null
                : site.region() + ": " + follow + " of " + live
                        + " gateway nodes have the configuration (expected: more" + " than half)" + reason;
    }

    private static List<String> busy(ServiceDocument service, World world) {
        List<String> busy = new ArrayList<>();
        for (Site site : service.additional()) {
            if (!site.isLeaving()) {
                continue;
            }
            for (NodeView node : world.nodes) {
                boolean here =
                        node.kind() == NodeView.Kind.GATEWAY && site.region().equals(node.region());
                if (node.state() == NodeView.State.LOST || !here && node.kind() != NodeView.Kind.ROUTER) {
                    continue;
                }
                if (!runs(node, world.holding)) {
                    busy.add(node.id() + " does not know yet that " + site.region() + " leaves");
                } else if (here && (node.load().inFlight() > 0 || node.load().requestsPerSecond() > 0)) {
                    busy.add(node.id() + " still has " + node.load().inFlight() + " requests under way");
                }
            }
        }
        return busy;
    }

    private static boolean runs(NodeView node, @Nullable SnapshotId holding) {
        return holding != null && node.applied() != null && node.applied().compareTo(holding) >= 0;
    }
}
