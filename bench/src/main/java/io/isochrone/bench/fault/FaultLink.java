package io.isochrone.bench.fault;

import io.netty.channel.Channel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The way to one node, from within the node's process: a {@link FaultHandler} stands in each accepted connection and does what the fault in force says. It costs no hop of its
 * own, so that latencies with it compare to those without.
 *
 * <p>{@link Fault.Refuse} closes the listener, which only a new start opens again. A black hole here swallows what connections carry; that a connection opens at all is
 * the system's doing.
 *
 * <p>Thread-safe: one volatile fault, read by the handlers for every chunk; each handler is told of a change on its own event loop.
 */
public final class FaultLink {
    private final long seed;
    private final AtomicLong connections = new AtomicLong();
    private final Set<FaultHandler> handlers = ConcurrentHashMap.newKeySet();
    private volatile Fault fault = new Fault.Pass();
    private volatile double times = 1;
    private volatile @Nullable Channel listener;

    /** @param seed of all that is left to chance */
    public FaultLink(long seed) {
        this.seed = seed;
    }

    /** Puts the link into an accepted connection, behind what stands in its pipeline already. */
    public void join(Channel channel) {
        if (channel.parent() != null) {
            listener = channel.parent();
        }
        channel.pipeline().addLast(new FaultHandler(this, seed + connections.incrementAndGet()));
    }

    /** The fault in force. */
    public Fault fault() {
        return fault;
    }

    /** How many times as long as usual the way takes. */
    public double times() {
        return times;
    }

    /** Whether a link can do it; the others are done to processes, to backends, or by {@link FaultProxy} only. */
    public static boolean carries(Fault fault) {
        return !(fault instanceof Fault.Kill
                || fault instanceof Fault.Freeze
                || fault instanceof Fault.Restart
                || fault instanceof Fault.NamesMove
                || fault instanceof Fault.NamesFail
                || fault instanceof Fault.Delay
                || fault instanceof Fault.FinWhenIdle
                || fault instanceof Fault.Unavailable unavailable && unavailable.by() == Fault.Answerer.BACKEND);
    }

    /** Changes the fault, for open connections too. Throws IllegalArgumentException for one that a link cannot do. */
    public void set(Fault next) {
        if (!carries(next)) {
            throw new IllegalArgumentException("fault: " + next + " (expected: one of connections)");
        }
        fault = next;
        times = next instanceof Fault.Slow slow ? slow.times() : 1;
        if (next instanceof Fault.Refuse) {
            Channel open = listener;
            if (open != null) {
                open.close();
            }
        }
        handlers.forEach(FaultHandler::tell);
    }

    void add(FaultHandler handler) {
        handlers.add(handler);
    }

    void remove(FaultHandler handler) {
        handlers.remove(handler);
    }
}
