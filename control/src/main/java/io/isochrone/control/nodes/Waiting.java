package io.isochrone.control.nodes;

import io.isochrone.control.http.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Polls that wait for something new. None holds a thread; there is one for each node, so there are at most as many as nodes: a node that polls
 * again while it waits has given the first one up, and that one is answered with 204.
 *
 * <p>Thread-safe.
 */
final class Waiting {
    private static final Reply NOTHING = Reply.of(204);

    private final Board board;
    private final Executor executor;
    private final Map<String, Map<String, Waiter>> services = new ConcurrentHashMap<>();

    private record Waiter(String service, NodeWord node, long untilNanos, CompletableFuture<Reply> reply) {}

    /** With who sends answers out. */
    Waiting(Board board, Executor executor) {
        this.board = board;
        this.executor = executor;
    }

    /** An answer as soon as there is something new, or when {@code untilNanos} has come. */
    CompletableFuture<Reply> poll(String service, NodeWord node, long untilNanos, long nowNanos) {
        Reply now = answer(service, node, untilNanos - nowNanos <= 0);
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        if (now != null) {
            reply.complete(now);
            return reply;
        }
        if (untilNanos - nowNanos <= 0) {
            reply.complete(nothing(service, node));
            return reply;
        }
        Waiter waiter = new Waiter(service, node, untilNanos, reply);
        Map<String, Waiter> waiters = services.computeIfAbsent(service, name -> new ConcurrentHashMap<>());
        Waiter replaced = waiters.put(node.id(), waiter);
        if (replaced != null) {
            replaced.reply.complete(NOTHING);
        }
        reply.whenComplete((ignored, error) -> waiters.remove(node.id(), waiter));
        Reply meanwhile = answer(service, node, false); // what was published between the first look and the put
        if (meanwhile != null) {
            reply.complete(meanwhile);
        }
        return reply;
    }

    /** Something was published for a service: whoever lacks it is answered. */
    void wake(String service) {
        for (Waiter waiter :
                List.copyOf(services.getOrDefault(service, Map.of()).values())) {
            Reply reply = answer(service, waiter.node, false);
            if (reply != null) {
                executor.execute(() -> waiter.reply.complete(reply));
            }
        }
    }

    /** Answers those that have waited long enough. */
    void expire(long nowNanos) {
        List<Waiter> due = new ArrayList<>();
        services.values()
                .forEach(waiters -> waiters.values().forEach(waiter -> {
                    if (waiter.untilNanos - nowNanos <= 0) {
                        due.add(waiter);
                    }
                }));
        for (Waiter waiter : due) {
            Reply late = answer(waiter.service, waiter.node, true);
            executor.execute(() -> waiter.reply.complete(late == null ? nothing(waiter.service, waiter.node) : late));
        }
    }

    /** Answers all with 204, because this process ends. */
    void close() {
        services.values()
                .forEach(waiters -> List.copyOf(waiters.values()).forEach(waiter -> waiter.reply.complete(NOTHING)));
    }

    int count() {
        return services.values().stream().mapToInt(Map::size).sum();
    }

    private @Nullable Reply answer(String service, NodeWord node, boolean same) {
        Board.State state = board.state(service);
        return state == null || state.offers() == null || why(state, service, node) != null
                ? null
                : state.offers().answer(node, same);
    }

    private Reply nothing(String service, NodeWord node) {
        String why = why(board.state(service), service, node);
        return why == null ? NOTHING : NOTHING.with("Isochrone-Waiting", why);
    }

    /** What a node has to wait for before it can have anything, or null. */
    private static @Nullable String why(Board.@Nullable State state, String service, NodeWord node) {
        if (state == null) {
            return "service " + service + " does not exist yet";
        }
        boolean fresh = node.have() == null; // one whose region was taken out has to learn that it was
        if (fresh && node.region() != null && !state.regions().contains(node.region())) {
            return "region " + node.region() + " is not a location of service " + service + " yet";
        }
        return state.offers() == null ? "service " + service + " is not published yet" : null;
    }
}
