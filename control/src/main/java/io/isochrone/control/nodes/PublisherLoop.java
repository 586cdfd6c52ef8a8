package io.isochrone.control.nodes;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the publisher's rounds on one thread: 20 ms after the store changed, at most every 150 ms for nodes that come, go or speak of
 * what they applied, and every 250 ms anyway. Changes in between are one round. Whatever goes wrong in a round, the next one comes.
 *
 * <p>Thread-safe.
 */
final class PublisherLoop {
    private static final Logger LOG = LoggerFactory.getLogger(PublisherLoop.class);
    private static final long COALESCE_NANOS = 20_000_000L;
    private static final long CALM_NANOS = 150_000_000L;
    private static final long TICK_NANOS = 250_000_000L;
    private static final long RETRY_NANOS = 500_000_000L;

    private final Publisher publisher;
    private final Waiting waiting;
    private final LongSupplier nanos;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition told = lock.newCondition();
    private long dueNanos;
    private long roundNanos;
    private boolean storeChanged = true;
    private boolean closed;
    private boolean failedBefore;

    PublisherLoop(Publisher publisher, Waiting waiting, LongSupplier nanos) {
        this.publisher = publisher;
        this.waiting = waiting;
        this.nanos = nanos;
        roundNanos = nanos.getAsLong();
        dueNanos = roundNanos;
        thread = new Thread(this::run, "publisher");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** The store holds something new. */
    void storeChanged() {
        lock.lock();
        try {
            storeChanged = true;
            due(nanos.getAsLong() + COALESCE_NANOS);
        } finally {
            lock.unlock();
        }
    }

    /** A node said something new. */
    void nodeChanged() {
        lock.lock();
        try {
            due(Math.max(nanos.getAsLong() + COALESCE_NANOS, roundNanos + CALM_NANOS));
        } finally {
            lock.unlock();
        }
    }

    private void due(long at) {
        if (at - dueNanos < 0) {
            dueNanos = at;
            told.signal();
        }
    }

    /** Ends after the round that is running; waits for it for at most 5 s. */
    void close() {
        lock.lock();
        try {
            closed = true;
            told.signal();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (true) {
            boolean changed;
            lock.lock();
            try {
                long left = dueNanos - nanos.getAsLong();
                while (left > 0 && !closed) {
                    told.await(left, TimeUnit.NANOSECONDS);
                    left = dueNanos - nanos.getAsLong();
                }
                if (closed) {
                    return;
                }
                changed = storeChanged;
                storeChanged = false;
                roundNanos = nanos.getAsLong();
                dueNanos = roundNanos + TICK_NANOS;
            } catch (InterruptedException e) {
                return; // nobody interrupts it but who ends the process
            } finally {
                lock.unlock();
            }
            boolean good = round(changed);
            if (!good) {
                lock.lock();
                try {
                    storeChanged |= changed;
                    dueNanos = Math.max(dueNanos, nanos.getAsLong() + (failedBefore ? RETRY_NANOS : COALESCE_NANOS));
                } finally {
                    lock.unlock();
                }
            }
            failedBefore = !good;
        }
    }

    private boolean round(boolean changed) {
        try {
            boolean good = publisher.round(changed, nanos.getAsLong());
            waiting.expire(nanos.getAsLong());
            return good;
        } catch (RuntimeException e) { // a bug must not end publishing; the next round may do better
            LOG.error("publishing failed, nodes are offered what was published", e);
            return false;
        }
    }
}
