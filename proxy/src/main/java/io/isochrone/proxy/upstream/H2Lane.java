package io.isochrone.proxy.upstream;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.exchange.UpstreamListener;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.tls.ClientTls;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP/2 connections of one event loop to one endpoint, and the attempts that wait for one. A stream goes to the first connection
 * that has room, so that further ones fall idle and are closed.
 *
 * <p>Connections that only finish what they have (the other side said GOAWAY, or they grew old) are kept apart: long streams of theirs
 * would otherwise use the bound up, and nobody could be served after a few deploys of a backend with streams that last for hours.
 *
 * <p>An attempt waits while a connection is being opened, as long as that may take; or, when as many as may be are there and busy,
 * for a stream to end, {@value #MAX_WAIT_MILLIS} ms: it smooths a burst, while a node that is full is left to its neighbours at once.
 *
 * <p>Confined to one event loop.
 */
final class H2Lane {
    /** Connections that take new streams. */
    static final int MAX_CONNECTIONS = 8;
    /** Connections that only finish theirs, beyond which each takes the place of one that takes new streams. */
    static final int MAX_FINISHING = 16;

    static final int MAX_WAITING = 1024;
    static final int MAX_WAIT_MILLIS = 50;
    private static final long MAX_WAIT_NANOS = MAX_WAIT_MILLIS * 1_000_000L;
    private static final long RETRY_NANOS = 1_000_000_000L;

    /** An attempt that waits since then. Immutable. */
    private record Waiting(UpstreamListener listener, long sinceNanos) {}

    private final H2Lanes lanes;
    private final UpstreamPool pool;
    private final Endpoint endpoint;
    private final List<H2UpstreamConnection> live = new ArrayList<>();
    private final List<H2UpstreamConnection> finishing = new ArrayList<>();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private boolean connecting;
    private boolean serving;
    private boolean failedBefore;
    private long failedNanos;
    /** Streams refused since one was answered. */
    private int refusals;

    H2Lane(H2Lanes lanes, UpstreamPool pool, Endpoint endpoint) {
        this.lanes = lanes;
        this.pool = pool;
        this.endpoint = endpoint;
    }

    void acquire(UpstreamListener listener) {
        H2UpstreamConnection free = free();
        if (free != null) {
            listener.connected(free.stream(listener));
        } else if (waiting.size() >= MAX_WAITING) {
            listener.connectFailed(Failure.NO_STREAM);
        } else {
            waiting.add(new Waiting(listener, pool.now()));
            if (!isOpening() && mayOpen()) {
                connect();
            }
        }
    }

    private @Nullable H2UpstreamConnection free() {
        for (int i = 0; i < live.size(); i++) {
            H2UpstreamConnection connection = live.get(i);
            if (connection.hasRoom()) {
                return connection;
            }
        }
        return null;
    }

    /** Whether a connection is on its way that may yet take streams. */
    private boolean isOpening() {
        if (connecting) {
            return true;
        }
        for (int i = 0; i < live.size(); i++) {
            if (!live.get(i).isSettled()) {
                return true;
            }
        }
        return false;
    }

    private boolean mayOpen() {
        return live.size() + Math.max(0, finishing.size() - MAX_FINISHING) < MAX_CONNECTIONS;
    }

    private void connect() {
        connecting = true;
        pool.connect(endpoint, true, new UpstreamPool.Arrival() {
            @Override
            public void arrived(Channel channel, @Nullable ClientTls by) {
                connecting = false;
                if (channel.isActive()) {
                    opened(channel, by);
                } else { // ended in the same turn: its handler would never hear of it
                    fail(Failure.CLOSED_BEFORE_SENT);
                }
            }

            @Override
            public void failed(Failure failure) {
                connecting = false;
                fail(failure);
            }
        });
    }

    /** Takes a connection that has just been opened. */
    H2UpstreamConnection opened(Channel channel, @Nullable ClientTls by) {
        H2UpstreamConnection connection = lanes.build(this, endpoint, channel, by);
        live.add(connection);
        Dial.replace(channel, connection);
        return connection;
    }

    /** No connection came of it: fails those who wait now. Who comes while they are told waits for another. */
    private void fail(Failure failure) {
        failedBefore = true;
        failedNanos = pool.now();
        if (isOpening()) {
            return;
        }
        List<Waiting> all = new ArrayList<>(waiting);
        waiting.clear();
        for (Waiting each : all) {
            each.listener.connectFailed(failure);
        }
    }

    /** The connection may carry as many streams as the other side has said. */
    void settled() {
        failedBefore = false;
        serve();
    }

    /** A stream has ended, or a connection: in another turn those who wait are served. */
    void freed() {
        if (!serving && !waiting.isEmpty()) {
            serving = true;
            pool.later(this::serve);
        }
    }

    /** Gives those who wait a stream each; for those who are left over another connection is opened. */
    private void serve() {
        serving = false;
        for (H2UpstreamConnection free = free(); free != null && !waiting.isEmpty(); free = free()) {
            UpstreamListener next = waiting.remove().listener;
            next.connected(free.stream(next));
        }
        if (!waiting.isEmpty() && !isOpening() && mayOpen()) {
            connect();
        }
    }

    /** The connection takes no more streams. */
    void retired(H2UpstreamConnection connection) {
        if (!live.remove(connection)) {
            return;
        }
        finishing.add(connection);
        if (!connection.isSettled()) {
            fail(connection.notOpened()); // who waited, waited for this one
        }
        freed();
    }

    void closed(H2UpstreamConnection connection) {
        finishing.remove(connection);
        if (live.remove(connection) && !connection.isSettled()) {
            fail(connection.notOpened());
        }
        freed();
    }

    /** Counts {@code more} refused streams, or with 0 that one was answered; returns how many there are. */
    int refusals(int more) {
        refusals = more == 0 ? 0 : refusals + more;
        return refusals;
    }

    /** Opens a connection if there is none that takes streams; one that could not be reached is tried again after a second. */
    void warm(long nowNanos) {
        boolean soon = failedBefore && nowNanos - failedNanos < RETRY_NANOS;
        if (!soon && !isOpening() && free() == null && mayOpen()) {
            connect();
        }
    }

    /** @param wanted whether a connection is kept although nobody uses it */
    void sweep(long nowNanos, long idleNanos, boolean wanted) {
        boolean keep = wanted;
        for (H2UpstreamConnection connection : new ArrayList<>(live)) {
            connection.sweep(nowNanos, idleNanos, keep);
            keep = false; // one is enough to be warm
        }
        for (H2UpstreamConnection connection : new ArrayList<>(finishing)) {
            connection.sweep(nowNanos, idleNanos, false);
        }
        long mostNanos = isOpening() ? pool.openTimeoutNanos(endpoint) : MAX_WAIT_NANOS;
        for (Waiting first = waiting.peek();
                first != null && nowNanos - first.sinceNanos > mostNanos;
                first = waiting.peek()) {
            waiting.remove();
            first.listener.connectFailed(Failure.NO_STREAM);
        }
    }

    /** Whether nothing is known of the endpoint that would be lost. */
    boolean isForgettable(long nowNanos) {
        boolean failed = failedBefore && nowNanos - failedNanos < RETRY_NANOS;
        return live.isEmpty() && finishing.isEmpty() && waiting.isEmpty() && !connecting && !failed;
    }

    void close() {
        for (H2UpstreamConnection connection : new ArrayList<>(live)) {
            connection.close();
        }
        for (H2UpstreamConnection connection : new ArrayList<>(finishing)) {
            connection.close();
        }
    }
}
