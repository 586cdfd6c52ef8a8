package io.isochrone.control.nodes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.arm.ArmException;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Caller;
import io.isochrone.control.http.Endpoint;
import io.isochrone.control.http.Reply;
import io.isochrone.control.publish.Candidate;
import io.isochrone.control.publish.Published;
import io.isochrone.control.publish.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Shows operators the nodes of a service and how far a rollout has come. Thread-safe. */
public final class FleetEndpoint implements Endpoint {
    /** The table of nodes. */
    public static final String NODES = "/control/v1/nodes";

    /** The rollout. */
    public static final String ROLLOUT = "/control/v1/rollout";

    private final NodeBook book;
    private final Board board;
    private final LongSupplier nanos;
    private final Supplier<Instant> clock;

    FleetEndpoint(NodeBook book, Board board, LongSupplier nanos, Supplier<Instant> clock) {
        this.book = book;
        this.board = board;
        this.nanos = nanos;
        this.clock = clock;
    }

    @Override
    public CompletionStage<Reply> answer(Call call) {
        try {
            return CompletableFuture.completedFuture(Reply.json(200, json(call).toString()));
        } catch (ArmException e) {
            return CompletableFuture.completedFuture(e.reply());
        }
    }

    private ObjectNode json(Call call) {
        Caller caller = call.caller();
        String service = call.parameter("service");
        if (service == null || service.isBlank()) {
            throw new ArmException(400, "MissingService", "service: missing (expected: ?service=NAME)", "service");
        }
        String name = service.toLowerCase(Locale.ROOT);
        boolean mine = caller.service() == null || caller.service().equalsIgnoreCase(name);
        if (caller.role() == Caller.Role.NODE || !mine) {
            throw new ArmException(
                    403,
                    "AuthorizationFailed",
                    "This call needs role reader or operator for service " + name + ".",
                    null);
        }
        if (!call.method().equals("GET")) {
            throw new ArmException(405, "MethodNotAllowed", "method: " + call.method() + " (expected: GET)", null);
        }
        return switch (call.path()) {
            case NODES -> nodes(name);
            case ROLLOUT -> rollout(name);
            default -> throw ArmException.notFound(call.path());
        };
    }

    private ObjectNode nodes(String service) {
        Board.State state = board.state(service);
        Map<String, String> software = book.software(service);
        Instant now = clock.get();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode value = json.putArray("value");
        List<NodeView> views = book.views(service, nanos.getAsLong());
        for (NodeView node : views) {
            ObjectNode on = value.addObject();
            on.put("id", node.id())
                    .put("kind", node.kind().name().toLowerCase(Locale.ROOT))
                    .put("region", node.region())
                    .put("address", node.address())
                    .put("software", software.get(node.id()))
                    .put("state", node.state().name().toLowerCase(Locale.ROOT));
            SnapshotId offered = offered(state, node);
            id(on, "applied", node.applied());
            id(on, "offered", offered);
            on.put("current", isCurrent(node, offered));
            on.put("refusal", node.refusal());
            on.put("member", state != null && state.members().contains(node.id()));
            KnownNode.load(on.putObject("load"), node.load());
            on.put("seen", node.seen().toString());
            on.put(
                    "silentSeconds",
                    Math.max(0, Duration.between(node.seen(), now).toMillis()) / 1000.0);
        }
        return json.put("count", views.size());
    }

    private ObjectNode rollout(String service) {
        Board.State state = board.state(service);
        if (state == null) {
            throw ArmException.notFound("service " + service);
        }
        Offers offers = state.offers();
        Published published = offers == null ? null : offers.published();
        Candidate candidate = published == null ? null : published.candidate();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("service", service)
                .put("stage", (published == null ? Stage.IDLE : published.stage()).text())
                .put("canary", candidate == null ? null : candidate.canary())
                .put("region", candidate == null ? null : candidate.region());
        id(json, "stable", published == null ? null : published.stable().id());
        id(json, "candidate", candidate == null ? null : candidate.line().id());
        if (candidate == null) {
            json.putNull("stageSeconds");
        } else {
            json.put("stageSeconds", Math.max(0, nanos.getAsLong() - state.stageNanos()) / 1e9);
        }
        Published.Refused refused = published == null ? null : published.refused();
        json.put("reason", refused == null ? null : refused.reason())
                .put("refusal", state.refusal())
                .put("suspicion", state.suspicion())
                .put("storeTrouble", board.storeTrouble());
        int lost = 0;
        int current = 0;
        int refusing = 0;
        List<NodeView> views = book.views(service, nanos.getAsLong());
        for (NodeView node : views) {
            lost += node.state() == NodeView.State.LOST ? 1 : 0;
            current += isCurrent(node, offered(state, node)) ? 1 : 0;
            refusing += node.refusal() != null ? 1 : 0;
        }
        json.putObject("nodes")
                .put("known", views.size())
                .put("lost", lost)
                .put("current", current)
                .put("refusing", refusing);
        return json;
    }

    private static @Nullable SnapshotId offered(Board.@Nullable State state, NodeView node) {
        Offers offers = state == null ? null : state.offers();
        boolean fresh = node.applied() == null;
        if (state == null
                || offers == null
                || fresh && node.region() != null && !state.regions().contains(node.region())) {
            return null;
        }
        return offers.target(node.kind() == NodeView.Kind.GATEWAY, node.id(), node.region());
    }

    private static boolean isCurrent(NodeView node, @Nullable SnapshotId offered) {
        return offered != null && node.applied() != null && node.applied().compareTo(offered) >= 0;
    }

    private static void id(ObjectNode json, String field, @Nullable SnapshotId id) {
        if (id == null) {
            json.putNull(field);
        } else {
            KnownNode.id(json.putObject(field), id);
        }
    }
}
