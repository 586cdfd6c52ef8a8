package io.isochrone.control.store;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells watchers of new revisions on one thread of its own; what comes while it tells is told as one, so nothing queues.
 *
 * <p>Thread-safe. A watch that is closed hears nothing more, but for a call that had begun.
 */
final class Watchers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchers.class);

    private final Set<One> watches = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private long newest;
    private boolean closed;

    private record One(LongConsumer listener, Set<One> all) implements Store.Watch {
        @Override
        public void close() {
            all.remove(this);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** Tells of revisions above {@code newest}. */
    Watchers(String name, long newest) {
        this.newest = newest;
        this.thread = new Thread(() -> run(newest), name);
        thread.setDaemon(true);
        thread.start();
    }

    Store.Watch add(LongConsumer listener) {
        One one = new One(listener, watches);
        watches.add(one);
        return one;
    }

    /** There is a new revision; a lower one than was told before is ignored. */
    synchronized void tell(long revision) {
        if (revision > newest) {
            newest = revision;
            notifyAll();
        }
    }

    /** The newest revision that was heard of. */
    synchronized long newest() {
        return newest;
    }

    @Override
    public synchronized void close() {
        closed = true;
        watches.clear();
        notifyAll();
    }

    private void run(long from) {
        long told = from;
        while (true) {
            synchronized (this) {
                while (newest == told && !closed) {
                    try {
                        wait();
                    } catch (InterruptedException e) {
                        return;
                    }
                }
                if (closed) {
                    return;
                }
                told = newest;
            }
            for (One each : watches) {
                tell(each, told);
            }
        }
    }

    private void tell(One one, long revision) {
        try {
            if (watches.contains(one)) {
                one.listener.accept(revision);
            }
        } catch (RuntimeException e) {
            LOG.error("watcher failed revision={}", revision, e);
        }
    }
}
