package io.isochrone.proxy.downstream;

import org.jspecify.annotations.Nullable;

/**
 * A loop's client connections that have served a request and wait for another, oldest first. The links are in the entries, one of
 * each connection, so that a request moves its connection without allocating or searching.
 *
 * <p>Confined to one event loop.
 */
final class IdleQueue {
    /** A connection's place in the queue. Confined to one event loop. */
    static final class Entry {
        private final ClientConnection connection;
        private @Nullable Entry older;
        private @Nullable Entry younger;
        private boolean queued;

        Entry(ClientConnection connection) {
            this.connection = connection;
        }

        ClientConnection connection() {
            return connection;
        }
    }

    private @Nullable Entry oldest;
    private @Nullable Entry youngest;

    /** Adds a connection as the youngest, unless it is there. */
    void add(Entry entry) {
        if (entry.queued) {
            return;
        }
        entry.queued = true;
        Entry before = youngest;
        entry.older = before;
        youngest = entry;
        if (before == null) {
            oldest = entry;
        } else {
            before.younger = entry;
        }
    }

    /** Takes a connection out, if it is there. */
    void remove(Entry entry) {
        if (!entry.queued) {
            return;
        }
        entry.queued = false;
        Entry before = entry.older;
        Entry after = entry.younger;
        entry.older = null;
        entry.younger = null;
        if (before == null) {
            oldest = after;
        } else {
            before.younger = after;
        }
        if (after == null) {
            youngest = before;
        } else {
            after.older = before;
        }
    }

    /** Takes the connection out that waits longest; null when none does. */
    @Nullable
    Entry takeOldest() {
        Entry first = oldest;
        if (first == null) {
            return null;
        }
        remove(first);
        return first;
    }
}
