package io.isochrone.control.publish;

import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.publish.NodeFacts.Traffic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Watches the nodes that run a candidate. What is compared is the share of 5xx since each applied it, with the same nodes' share before
 * and with the other nodes' share meanwhile: a backend that fails for everybody must not stop a rollout, and one node that is ill
 * anyway must not either.
 *
 * <p>Not thread-safe; confined to its owner.
 */
public final class Soak {
    /** Fewest requests that say something. */
    static final double MIN_REQUESTS = 20;

    /** The least rise of the share of errors that stops a rollout. */
    static final double MIN_RISE = 0.05;

    /**
     * How long each stage takes.
     *
     * @param canaryNanos of good running on the canary
     * @param regionNanos in its region
     * @param allNanos everywhere
     * @param canaryStallNanos until a canary that has not applied it is given up
     * @param stallNanos until a stage is given up
     */
    public record Times(long canaryNanos, long regionNanos, long allNanos, long canaryStallNanos, long stallNanos) {
        /** As documented. */
        public static final Times DEFAULTS =
                new Times(15_000_000_000L, 30_000_000_000L, 60_000_000_000L, 20_000_000_000L, 60_000_000_000L);

        long of(Stage stage) {
            return switch (stage) {
                case IDLE -> Long.MAX_VALUE;
                case CANARY -> canaryNanos;
                case REGION -> regionNanos;
                case ALL -> allNanos;
            };
        }
    }

    /**
     * What was found.
     *
     * @param event null: nothing yet
     * @param reason of a failure
     */
    public record Finding(Rollout.@Nullable Event event, String reason) {
        /** Nothing yet. */
        public static final Finding NONE = new Finding(null, "");

        static Finding failed(String reason) {
            return new Finding(Rollout.Event.FAILED, reason);
        }
    }

    private final Times times;
    private final Map<String, Traffic> atApply = new HashMap<>();
    private final Map<String, Traffic> before = new HashMap<>();
    private final Map<String, Traffic> atStart = new HashMap<>();
    private List<SnapshotId> watched = List.of();
    private Stage stage = Stage.IDLE;
    private @Nullable String canary;
    private long stageNanos;
    private long goodNanos;
    private boolean isGood;

    /** With the length of each stage. */
    public Soak(Times times) {
        this.times = times;
    }

    /** When the stage under watch began; meaningless without a candidate. */
    public long stageNanos() {
        return stageNanos;
    }

    /** What the nodes say of the candidate; {@link Finding#NONE} without one. */
    public Finding judge(@Nullable Candidate candidate, List<NodeFacts> nodes, long nowNanos) {
        if (candidate == null) {
            watched = List.of();
            stage = Stage.IDLE;
            return Finding.NONE;
        }
        follow(candidate, nodes, nowNanos);
        Set<SnapshotId> ids = new HashSet<>(candidate.ids());
        List<NodeFacts> expected = new ArrayList<>();
        List<NodeFacts> running = new ArrayList<>();
        List<String> lost = new ArrayList<>();
        for (NodeFacts node : nodes) {
            if (!candidate.isFor(node.gateway(), node.id(), node.region())) {
                continue;
            }
            if (node.refused() != null && ids.contains(node.refused())) {
                return Finding.failed("node " + node.id() + " refused it: " + node.reason());
            }
            if (node.isLost()) {
                if (node.gateway() && (atApply.containsKey(node.id()) || stage == Stage.CANARY)) {
                    lost.add(node.id());
                }
            } else if (node.gateway() && node.condition() != NodeFacts.Condition.DRAINING) {
                expected.add(node);
                if (node.applied() != null && ids.contains(node.applied())) {
                    running.add(node);
                    atApply.putIfAbsent(node.id(), node.total());
                }
            }
        }
        int enough = stage == Stage.CANARY ? 1 : Math.max(Math.min(2, atApply.size()), atApply.size() / 5);
        if (!lost.isEmpty() && lost.size() >= enough) {
            return Finding.failed(
                    lost.size() == 1
                            ? "node " + lost.get(0) + " was lost after it got it"
                            : lost.size() + " nodes were lost after they got it, " + lost.get(0) + " among them");
        }
        String errors = errors(running, candidate, nodes);
        return errors != null ? Finding.failed(errors) : time(expected, running, nowNanos);
    }

    /** Begins anew with another candidate, and the stage's clock with another stage. */
    private void follow(Candidate candidate, List<NodeFacts> nodes, long nowNanos) {
        boolean same = candidate.ids().stream().anyMatch(watched::contains);
        if (!same) {
            atApply.clear();
            before.clear();
            atStart.clear();
            nodes.forEach(node -> {
                before.put(node.id(), node.usual());
                atStart.put(node.id(), node.total());
            });
        }
        if (!same || stage != candidate.stage() || !Objects.equals(canary, candidate.canary())) {
            stageNanos = nowNanos;
            isGood = false;
        }
        watched = candidate.ids();
        stage = candidate.stage();
        canary = candidate.canary();
    }

    private @Nullable String errors(List<NodeFacts> running, Candidate candidate, List<NodeFacts> nodes) {
        Traffic since = Traffic.NONE;
        Traffic usual = Traffic.NONE;
        for (NodeFacts node : running) {
            since = since.plus(node.total().since(atApply.getOrDefault(node.id(), node.total())));
            usual = usual.plus(before.getOrDefault(node.id(), Traffic.NONE));
        }
        if (since.requests() < MIN_REQUESTS) {
            return null;
        }
        Traffic others = Traffic.NONE;
        for (NodeFacts node : nodes) {
            if (node.gateway() && !candidate.isFor(true, node.id(), node.region())) {
                others = others.plus(node.total().since(atStart.getOrDefault(node.id(), node.total())));
            }
        }
        double share = since.errorShare(MIN_REQUESTS);
        double base = Math.max(usual.errorShare(MIN_REQUESTS), others.errorShare(MIN_REQUESTS));
        return share > base + Math.max(MIN_RISE, base)
                ? String.format(
                        Locale.ROOT,
                        "%.1f %% of %.0f requests answered 5xx in stage %s (expected: at most %.1f %%)",
                        100 * share,
                        since.requests(),
                        stage.text(),
                        100 * (base + Math.max(MIN_RISE, base)))
                : null;
    }

    private Finding time(List<NodeFacts> expected, List<NodeFacts> running, long nowNanos) {
        boolean good = expected.isEmpty() ? stage != Stage.CANARY : running.size() * 2 >= expected.size();
        if (good && !isGood) {
            goodNanos = nowNanos;
        }
        isGood = good;
        if (good) {
            return nowNanos - goodNanos >= times.of(stage) ? new Finding(Rollout.Event.SOAKED, "") : Finding.NONE;
        }
        long patience = stage == Stage.CANARY ? times.canaryStallNanos : times.stallNanos;
        return nowNanos - stageNanos >= patience
                ? new Finding(
                        Rollout.Event.STALLED,
                        running.size() + " of " + expected.size() + " nodes of stage " + stage.text()
                                + " applied it in " + patience / 1_000_000_000L + " s (expected: half of them)")
                : Finding.NONE;
    }
}
