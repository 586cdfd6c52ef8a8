package io.isochrone.control.nodes;

import io.isochrone.control.http.Call;
import io.isochrone.control.http.Caller;
import io.isochrone.control.http.Reply;
import io.isochrone.control.publish.Soak;
import io.isochrone.control.publish.Stored;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** A replica of the control plane whose rounds and time the test runs. Not thread-safe. */
final class Replica {
    final NodeBook book;
    final Board board = new Board();
    final Waiting waiting = new Waiting(board, Runnable::run);
    final Publisher publisher;
    final NodesEndpoint endpoint;
    final FleetEndpoint operators;
    final Fleet fleet;
    private final LongSupplier nanos;

    Replica(String name, MemoryStore store, LongSupplier nanos) {
        this(name, store, nanos, NodeBook.MAX_NODES);
    }

    Replica(String name, MemoryStore store, LongSupplier nanos, int maxNodes) {
        this.nanos = nanos;
        book = new NodeBook(name, maxNodes);
        publisher = new Publisher(store, book, board, waiting, Stored.OPEN, name, Soak.Times.DEFAULTS);
        endpoint = new NodesEndpoint(book, waiting, () -> {}, nanos, () -> Instant.ofEpochSecond(0, nanos.getAsLong()));
        operators = new FleetEndpoint(book, board, nanos, () -> Instant.ofEpochSecond(0, nanos.getAsLong()));
        fleet = new LiveFleet(book, board, nanos);
    }

    boolean round() {
        boolean good = publisher.round(true, nanos.getAsLong());
        waiting.expire(nanos.getAsLong());
        return good;
    }

    CompletableFuture<Reply> ask(Call call) {
        return endpoint.answer(call).toCompletableFuture();
    }

    /** A poll that does not wait, taken by the node. */
    boolean poll(SimulatedNode node) {
        return node.take(ask(node.poll(0)).join());
    }

    void report(SimulatedNode node) {
        ask(node.report()).join();
    }

    Reply show(String path) {
        Caller reader = new Caller("r", Caller.Role.READER, null, null);
        Call call = new Call("GET", path, Map.of("service", "Contoso"), Map.of(), new byte[0], reader, "https://x");
        return operators.answer(call).toCompletableFuture().join();
    }
}
