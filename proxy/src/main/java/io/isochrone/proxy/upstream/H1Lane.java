package io.isochrone.proxy.upstream;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.buffer.LoopReads;
import io.isochrone.proxy.exchange.UpstreamListener;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.tls.ClientTls;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP/1.1 connections of one event loop to one endpoint that are idle, and the attempts that wait for one. Idle ones are handed out last in, first out, so that
 * surplus ones grow old.
 *
 * <p>When a region dies, all that it served comes to the next nearest in the same moment. If each request opened a connection there, the survivor would do nothing but shake hands, and
 * those that it has would wait behind them. So at most {@value #MAX_OPENING} connections are being opened at once, TLS included; who comes then waits in line for the first of those
 * to arrive, or for one that falls idle, at most {@value #MAX_WAITING} attempts for {@code timeouts.connect}, and goes elsewhere after that.
 *
 * <p>Confined to one event loop.
 */
final class H1Lane {
    static final int MAX_IDLE = 512;
    static final int MAX_OPENING = 64;
    static final int MAX_WAITING = 1024;

    /** An attempt that waits since then, for a connection that nobody used before if {@code fresh}. Immutable. */
    private record Waiting(UpstreamListener listener, boolean fresh, long sinceNanos) {}

    private final UpstreamPool pool;
    private final Endpoint endpoint;
    private final UpstreamPool.Connector connector;
    private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private int opening;
    /** In use or idle. */
    private int connections;

    private boolean serving;

    H1Lane(UpstreamPool pool, Endpoint endpoint, UpstreamPool.Connector connector) {
        this.connector = connector;
        this.pool = pool;
        this.endpoint = endpoint;
    }

    void acquire(UpstreamListener listener, boolean fresh) {
        UpstreamConnection free = fresh || !waiting.isEmpty() ? null : free();
        if (free != null) {
            free.assign(listener);
        } else if (waiting.isEmpty() && opening < MAX_OPENING) {
            open(listener);
        } else if (waiting.size() < MAX_WAITING) {
            waiting.add(new Waiting(listener, fresh, pool.now()));
        } else {
            listener.connectFailed(Failure.NO_CONNECTION);
        }
    }

    /** The idle connection that was used last and is good still, or null. */
    private @Nullable UpstreamConnection free() {
        for (UpstreamConnection next = idle.poll(); next != null; next = idle.poll()) {
            if (next.isUsable() && !pool.isOver(next, pool.now())) {
                return next;
            }
            next.close();
        }
        return null;
    }

    private void open(UpstreamListener listener) {
        opening++;
        connector.connect(endpoint, false, new UpstreamPool.Arrival() {
            @Override
            public void arrived(Channel channel, @Nullable ClientTls by) {
                opening--;
                freed();
                if (!channel.isActive()) { // ended in the same turn: its handler would never hear of it
                    listener.connectFailed(Failure.CLOSED_BEFORE_SENT);
                    return;
                }
                count(channel);
                UpstreamConnection connection =
                        new UpstreamConnection(pool, H1Lane.this, endpoint, channel, pool.nextMaxAgeNanos(), by);
                if (by == null) {
                    LoopReads.begin(channel);
                }
                Dial.replace(channel, connection);
                connection.assign(listener);
            }

            @Override
            public void failed(Failure failure) {
                opening--;
                listener.connectFailed(failure);
                if (endpoint.health().isUsable(pool.now())) {
                    freed();
                } else {
                    failAll(failure);
                }
            }
        });
    }

    /** Apart from {@link #open}, so that the channel does not hold on to the exchange that it was opened for. */
    private void count(Channel channel) {
        connections++;
        channel.closeFuture().addListener(closed -> connections--);
    }

    /** The endpoint is out because of this: nobody need try it again to find out. Who comes while they are told tries himself. */
    private void failAll(Failure failure) {
        List<Waiting> all = new ArrayList<>(waiting);
        waiting.clear();
        for (Waiting each : all) {
            each.listener.connectFailed(failure);
        }
    }

    /** A connection was opened or has fallen idle: in another turn those who wait are served. */
    private void freed() {
        if (!serving && !waiting.isEmpty()) {
            serving = true;
            pool.later(this::serve);
        }
    }

    private void serve() {
        serving = false;
        for (Waiting first = waiting.peek(); first != null; first = waiting.peek()) {
            UpstreamConnection free = first.fresh ? null : free();
            if (free == null && opening >= MAX_OPENING) {
                return;
            }
            waiting.remove();
            if (free == null) {
                open(first.listener);
            } else {
                free.assign(first.listener);
            }
        }
    }

    /** Takes a connection back that can serve others. */
    void release(UpstreamConnection connection) {
        if (idle.size() >= MAX_IDLE) {
            connection.close();
        } else {
            idle.push(connection);
            freed();
        }
    }

    void closed(UpstreamConnection connection) {
        idle.remove(connection);
    }

    /** Closes what has grown old or may not be used, and sends those away who have waited too long. */
    void sweep(long nowNanos, long mostNanos) {
        boolean usable = endpoint.health().isUsable(nowNanos);
        for (UpstreamConnection connection : new ArrayList<>(idle)) {
            if (!usable || pool.isOver(connection, nowNanos)) {
                idle.remove(connection);
                connection.close();
            }
        }
        for (Waiting first = waiting.peek();
                first != null && nowNanos - first.sinceNanos > mostNanos;
                first = waiting.peek()) {
            waiting.remove();
            first.listener.connectFailed(Failure.NO_CONNECTION);
        }
    }

    /** Whether nothing would be lost with it. */
    boolean isForgettable() {
        return connections == 0 && waiting.isEmpty() && opening == 0;
    }

    /** Forgets idle connections, which their pool closes. */
    void clear() {
        idle.clear();
    }
}
