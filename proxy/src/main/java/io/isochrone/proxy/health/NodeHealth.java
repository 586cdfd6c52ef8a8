package io.isochrone.proxy.health;

import io.isochrone.config.model.Probing;
import io.isochrone.proxy.balance.EndpointHealth;
import io.isochrone.proxy.outcome.Failure;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A node's health, from probes and from what happened to requests. One refused or lost connection takes the node out for every event
 * loop at once; a response that was cut or that took too long does not, for that may be the fault of a backend behind it.
 *
 * <p>Thread-safe: event loops and the prober write by compare-and-set; a read may be one write old.
 */
public final class NodeHealth implements EndpointHealth {
    /** Told of changes. Called on whatever thread saw the event; must not block. */
    public interface Listener {
        void changed(NodeState from, NodeState to, String reason);
    }

    /**
     * What is known.
     *
     * @param state what is believed
     * @param streak probes in a row that ended alike
     * @param lastGood whether the last probe was good
     * @param refusing whether the latest evidence is a refused connection
     * @param reason why the state is what it is
     * @param sinceNanos when it became so
     */
    public record Status(
            NodeState state, int streak, boolean lastGood, boolean refusing, String reason, long sinceNanos) {}

    private final Probing probing;
    private final Listener listener;
    private final AtomicReference<Status> status;

    public NodeHealth(Probing probing, Listener listener, long nowNanos) {
        this.probing = probing;
        this.listener = listener;
        this.status = new AtomicReference<>(new Status(NodeState.NEW, 0, false, false, "not probed yet", nowNanos));
    }

    public Status status() {
        return Objects.requireNonNull(status.get());
    }

    @Override
    public boolean isUsable(long nowNanos) {
        return Objects.requireNonNull(status.get()).state().isUsable();
    }

    @Override
    public boolean isRefusing() {
        return Objects.requireNonNull(status.get()).refusing();
    }

    @Override
    public void failed(Failure failure, long nowNanos) {
        if (failure.isEndpointSuspect()) {
            boolean refused = failure == Failure.CONNECT_REFUSED;
            apply(refused ? NodeState.Event.ATTEMPT_REFUSED : NodeState.Event.ATTEMPT_LOST, failure.label(), nowNanos);
        }
    }

    @Override
    public void succeeded(long nanos, long nowNanos) {}

    /** A probe ended. */
    public void probed(NodeState.Event event, String reason, long nowNanos) {
        apply(event, reason, nowNanos);
    }

    private void apply(NodeState.Event event, String reason, long nowNanos) {
        while (true) {
            Status old = Objects.requireNonNull(status.get());
            boolean good = event == NodeState.Event.PROBE_GOOD;
            boolean lost = event == NodeState.Event.ATTEMPT_LOST || event == NodeState.Event.ATTEMPT_REFUSED;
            int streak = lost ? 0 : good == old.lastGood() ? old.streak() + 1 : 1;
            NodeState next = old.state().after(event, streak, probing.fall(), probing.rise());
            boolean same = next == old.state();
            Status changed = new Status(
                    next,
                    streak,
                    !lost && good,
                    event.isRefusal(),
                    same ? old.reason() : reason,
                    same ? old.sinceNanos() : nowNanos);
            if (status.compareAndSet(old, changed)) {
                if (!same) {
                    listener.changed(old.state(), next, reason);
                }
                return;
            }
        }
    }
}
