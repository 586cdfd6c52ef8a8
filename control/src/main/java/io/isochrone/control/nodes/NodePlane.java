package io.isochrone.control.nodes;

import io.isochrone.control.http.Endpoint;
import io.isochrone.control.publish.Soak;
import io.isochrone.control.publish.StoredResources;
import io.isochrone.control.store.Store;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes' side of a control plane, running: who listens to nodes, who publishes, who shows both to operators. It reads and writes
 * its part of a store that others share.
 *
 * <p>Thread-safe.
 */
public final class NodePlane implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodePlane.class);
    private static final int SENDERS = 4;

    private final Waiting waiting;
    private final PublisherLoop loop;
    private final Store.Watch watch;
    private final ExecutorService senders;
    private final ScheduledExecutorService timer;
    private final NodesEndpoint nodes;
    private final FleetEndpoint operators;
    private final Fleet fleet;

    private NodePlane(
            Store store, StoredResources.Opener opener, Soak.Times times, LongSupplier nanos, Supplier<Instant> clock) {
        String replica = UUID.randomUUID().toString();
        NodeBook book = new NodeBook(replica);
        Board board = new Board();
        AtomicInteger number = new AtomicInteger();
        senders =
                Executors.newFixedThreadPool(SENDERS, task -> daemon(task, "node-answers-" + number.incrementAndGet()));
        waiting = new Waiting(board, senders);
        Publisher publisher = new Publisher(store, book, board, waiting, opener, replica, times);
        loop = new PublisherLoop(publisher, waiting, nanos);
        nodes = new NodesEndpoint(book, waiting, loop::nodeChanged, nanos, clock);
        operators = new FleetEndpoint(book, board, nanos, clock);
        fleet = new LiveFleet(book, board, nanos);
        watch = store.watch(revision -> loop.storeChanged());
        timer = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "node-polls"));
        timer.scheduleWithFixedDelay(() -> expire(nanos), 250, 250, TimeUnit.MILLISECONDS);
    }

    /** Polls end in time although the publisher waits for its store. */
    private void expire(LongSupplier nanos) {
        try {
            waiting.expire(nanos.getAsLong());
        } catch (RuntimeException e) { // a bug must not end the timer
            LOG.error("polls could not be ended", e);
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Starts; the first snapshots are offered as soon as the store has been read. */
    public static NodePlane start(Store store, StoredResources.Opener opener) {
        return start(store, opener, Soak.Times.DEFAULTS, System::nanoTime, Instant::now);
    }

    static NodePlane start(
            Store store, StoredResources.Opener opener, Soak.Times times, LongSupplier nanos, Supplier<Instant> clock) {
        NodePlane plane = new NodePlane(store, opener, times, nanos, clock);
        plane.loop.start();
        return plane;
    }

    /** What the rest of the control plane may ask. */
    public Fleet fleet() {
        return fleet;
    }

    /** Answers below {@link NodesEndpoint#PATH}. */
    public Endpoint nodes() {
        return nodes;
    }

    /** Answers at {@link FleetEndpoint#NODES} and {@link FleetEndpoint#ROLLOUT}. */
    public Endpoint operators() {
        return operators;
    }

    /** Waiting polls are answered with 204; nodes go on with what they have. Leaves the store open. */
    @Override
    public void close() {
        watch.close();
        loop.close();
        timer.shutdown();
        waiting.close();
        senders.shutdown();
    }
}
