package io.isochrone.control.publish;

import io.isochrone.config.wire.Snapshot;
import io.isochrone.config.wire.SnapshotId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is published next for one service. Who serves where, and who may call, goes to everybody at once: an outage and a stolen
 * key cannot wait. APIs go in stages, on top of whatever else is true meanwhile: each new fact makes a new stable and a new candidate,
 * the candidate's version above.
 *
 * <p>Not thread-safe; one is made for each decision.
 */
public final class Planner {
    private static final int MAX_CANARIES = 3;

    /**
     * A decision.
     *
     * @param published what is published from now on; the same object as before when nothing changes; null: nothing yet
     * @param refusal why what the store holds is not published; null: it is, or is on its way
     */
    public record Plan(
            @Nullable Published published, @Nullable String refusal) {}

    private final Wanted wanted;
    private final List<Member> members;
    private final List<NodeFacts> nodes;
    private SnapshotId last;
    private Line stable;
    private @Nullable Candidate candidate;
    private Published.@Nullable Refused refused;
    private @Nullable SortedMap<String, String> candidateApis;
    private boolean renew;
    private @Nullable String refusal;

    private Planner(Published now, Wanted wanted, List<Member> members, List<NodeFacts> nodes) {
        this.wanted = wanted;
        this.members = members;
        this.nodes = nodes;
        last = now.last();
        stable = now.stable();
        candidate = now.candidate();
        refused = now.refused();
        candidateApis = candidate == null ? null : candidate.line().staged();
    }

    /**
     * Decides.
     *
     * @param now what is published; null: nothing yet
     * @param wanted what the store holds
     * @param members gateways that routers may be told of
     * @param nodes all nodes that are known
     * @param finding what they say of the candidate
     */
    public static Plan plan(
            @Nullable Published now, Wanted wanted, List<Member> members, List<NodeFacts> nodes, Soak.Finding finding) {
        if (now == null) {
            return first(wanted, members);
        }
        String vanished = vanished(now, wanted.service());
        if (vanished != null) {
            return new Plan(now, vanished);
        }
        Planner planner = new Planner(now, wanted, members, nodes);
        if (finding.event() != null) {
            planner.happened(finding.event(), finding.reason());
        }
        planner.everywhereAtOnce();
        planner.inStages();
        return new Plan(planner.result(now), planner.refusal);
    }

    private static Plan first(Wanted wanted, List<Member> members) {
        SortedMap<String, String> subscriptions = wanted.subscriptions();
        SortedMap<String, String> apis = wanted.apis();
        if (subscriptions == null || apis == null) {
            return new Plan(null, wanted.refusal());
        }
        ServiceInput service = wanted.service();
        Line line = Composer.compose(new SnapshotId(1, 1), service, subscriptions, apis, members);
        String problem = ContentCheck.refusal(line);
        return problem != null
                ? new Plan(null, problem)
                : new Plan(
                        new Published(
                                line.id(), service.revision(), service.regions(), line, null, null, new TreeMap<>()),
                        null);
    }

    /** Locations go by a change of the resource that lists them; by anything else they have not gone. */
    private static @Nullable String vanished(Published now, ServiceInput service) {
        boolean changed = service.revision() != now.resource();
        return changed || service.regions().containsAll(now.regions())
                ? null
                : "service: locations " + service.regions() + " at revision " + service.revision() + " (expected: "
                        + now.regions() + ", as at that revision before)";
    }

    private Line compose(SnapshotId id, SortedMap<String, String> apis) {
        SortedMap<String, String> subscriptions = wanted.subscriptions();
        return Composer.compose(
                id, wanted.service(), subscriptions == null ? stable.subscriptions() : subscriptions, apis, members);
    }

    private void happened(Rollout.Event event, String reason) {
        Stage stage = candidate == null ? Stage.IDLE : candidate.stage();
        switch (Rollout.act(stage, event)) {
            case NONE, WAIT -> {}
            case BEGIN, REPLACE -> begin();
            case WIDEN -> widen();
            case PROMOTE -> promote();
            case PROMOTE_AND_BEGIN -> {
                promote();
                begin();
            }
            case ROLL_BACK -> rollBack(event == Rollout.Event.UNDONE ? null : reason);
            case NEXT_CANARY -> nextCanary(reason);
        }
    }

    private void widen() {
        Candidate now = Objects.requireNonNull(candidate);
        boolean others = false;
        boolean elsewhere = false;
        for (NodeFacts node : nodes) {
            if (node.gateway() && node.isServing() && !node.id().equals(now.canary())) {
                boolean near = Objects.equals(node.region(), now.region());
                others |= near;
                elsewhere |= !near;
            }
        }
        candidate = now.in(now.stage() == Stage.CANARY && others && elsewhere ? Stage.REGION : Stage.ALL);
    }

    private void promote() {
        stable = Objects.requireNonNull(candidate).line();
        candidate = null;
        candidateApis = null;
    }

    private void rollBack(@Nullable String reason) {
        Candidate now = Objects.requireNonNull(candidate);
        if (reason != null) {
            refused = new Published.Refused(hash(now.line().staged()), reason);
        }
        candidate = null;
        candidateApis = null;
        renew = true;
    }

    private void nextCanary(String reason) {
        Candidate now = Objects.requireNonNull(candidate);
        NodeFacts next = canary(now.tried());
        if (next == null || now.tried().size() >= MAX_CANARIES) {
            rollBack(reason);
            return;
        }
        List<String> tried = new ArrayList<>(now.tried());
        tried.add(next.id());
        candidate = new Candidate(now.line(), Stage.CANARY, next.id(), next.region(), tried, now.ids());
        renew = true; // what the former canary may have applied late has to be taken back
    }

    /** The gateway with the least traffic that has some: it shows errors, and few clients see them. */
    private @Nullable NodeFacts canary(List<String> but) {
        return nodes.stream()
                .filter(node -> node.gateway() && node.isServing() && !but.contains(node.id()))
                .min(Comparator.comparing((NodeFacts node) -> node.rate() < 1)
                        .thenComparingDouble(NodeFacts::rate)
                        .thenComparing(NodeFacts::id))
                .orElse(null);
    }

    /** The newest APIs become the candidate, when nodes would take them. */
    private void begin() {
        SortedMap<String, String> apis = wanted.apis();
        if (apis == null) {
            return;
        }
        Line line = compose(last, apis);
        String problem = ContentCheck.refusal(line);
        if (problem != null) {
            refusal = problem;
            return;
        }
        refused = null;
        long gateways = nodes.stream()
                .filter(node -> node.gateway() && node.isServing())
                .count();
        if (gateways == 0) {
            stable = line; // nobody could try it; it gets its version with the result
            renew = true;
            candidate = null;
            candidateApis = null;
            return;
        }
        candidateApis = apis;
        Candidate before = candidate;
        NodeFacts canary = before == null ? canary(List.of()) : null;
        if (before != null && before.stage() == Stage.CANARY) {
            candidate = new Candidate(line, Stage.CANARY, before.canary(), before.region(), before.tried(), List.of());
        } else if (gateways == 1 || canary == null) {
            candidate = new Candidate(line, Stage.ALL, null, null, List.of(), List.of());
        } else {
            candidate =
                    new Candidate(line, Stage.CANARY, canary.id(), canary.region(), List.of(canary.id()), List.of());
        }
    }

    private void everywhereAtOnce() {
        Line next = compose(stable.id(), stable.staged());
        String problem = ContentCheck.refusal(next);
        if (problem == null) {
            take(next);
            return;
        }
        SortedMap<String, String> apis = wanted.apis();
        Line together = apis == null ? next : compose(stable.id(), apis);
        if (apis == null || isRefused(apis) || ContentCheck.refusal(together) != null) {
            refusal = problem;
            return;
        }
        candidate = null; // the old APIs do not fit the new locations, so the new ones cannot wait for stages
        candidateApis = null;
        renew = true;
        take(together);
    }

    private void take(Line next) {
        if (!next.hasContentOf(stable)) {
            stable = next;
            renew = true;
        }
    }

    private void inStages() {
        if (refusal != null) {
            return;
        }
        SortedMap<String, String> apis = wanted.apis();
        refusal = wanted.refusal();
        if (apis == null) {
            return;
        }
        if (apis.equals(stable.staged())) {
            refused = null;
            happened(Rollout.Event.UNDONE, "");
        } else if (isRefused(apis)) {
            refusal = "taken back: " + Objects.requireNonNull(refused).reason();
            happened(Rollout.Event.UNDONE, "");
        } else if (!apis.equals(candidateApis)) {
            happened(Rollout.Event.CHANGED, "");
        }
    }

    private boolean isRefused(SortedMap<String, String> apis) {
        return refused != null && refused.hash().equals(hash(apis));
    }

    private Published result(Published now) {
        ServiceInput service = wanted.service();
        if (renew) {
            stable = stable.as(nextId());
        }
        Candidate of = candidate;
        if (of != null) {
            Line line = compose(of.line().id(), Objects.requireNonNull(candidateApis));
            String problem = ContentCheck.refusal(line);
            if (problem != null) {
                rollBack(problem);
                stable = stable.as(nextId());
            } else if (of.ids().isEmpty()
                    || !line.hasContentOf(of.line())
                    || stable.id().compareTo(of.line().id()) > 0) {
                List<SnapshotId> ids = new ArrayList<>(of.ids());
                Line renewed = line.as(nextId());
                ids.add(renewed.id());
                candidate = new Candidate(renewed, of.stage(), of.canary(), of.region(), of.tried(), ids);
            }
        }
        boolean held = refusal == null || stable.id().compareTo(now.stable().id()) > 0;
        Published next = new Published(
                last,
                held ? service.revision() : now.resource(),
                held ? service.regions() : now.regions(),
                stable,
                candidate,
                refused,
                held ? gone(now, service) : now.gone());
        return next.equals(now) ? now : next;
    }

    private SortedMap<String, Long> gone(Published now, ServiceInput service) {
        SortedMap<String, Long> gone = new TreeMap<>(now.gone());
        now.regions().forEach(region -> gone.put(region, last.version()));
        gone.putAll(now.gone());
        gone.keySet().removeAll(service.regions());
        return gone;
    }

    private SnapshotId nextId() {
        last = new SnapshotId(last.epoch(), last.version() + 1);
        return last;
    }

    private static String hash(SortedMap<String, String> items) {
        return new Snapshot(new SnapshotId(1, 1), items).checksum();
    }
}
