package io.isochrone.proxy.health;

import io.isochrone.config.model.Probing;
import io.isochrone.proxy.balance.EndpointHealth;
import io.isochrone.proxy.outcome.Failure;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/**
 * A node's health, from probes and from what happened to requests. One refused or lost connection takes the node out for every event
 * loop at once; a response that was cut or that took too long does not, for that may be the fault of a backend behind it. A failed probe
 * does not either while requests are answered: then it is the probe that lies.
 *
 * <p>Thread-safe: event loops and the prober write by compare-and-set; a read may be one write old.
 */
public final class NodeHealth implements EndpointHealth {
    /** Told of changes. Called on whatever thread saw the event; must not block. */
    public interface Listener {
        void changed(NodeState from, NodeState to, String reason);
    }

    /** Answers are noted no more often than this, so that loops do not fight for a line of the cache. */
    private static final long NOTED_NANOS = 20_000_000;

    private final Probing probing;
    private final Listener listener;
    private final BooleanSupplier held;
    private final AtomicReference<NodeStatus> status;
    private final AtomicLong answeredNanos;
    private final AtomicLong contradictions = new AtomicLong();
    private final LongAdder answers = new LongAdder();
    private final LongAdder badAnswers = new LongAdder();

    public NodeHealth(Probing probing, Listener listener, long nowNanos) {
        this(probing, listener, () -> false, nowNanos);
    }

    /** @param held while it says yes nothing changes what is believed: an operator wants it so */
    public NodeHealth(Probing probing, Listener listener, BooleanSupplier held, long nowNanos) {
        this.probing = probing;
        this.listener = listener;
        this.held = held;
        this.status = new AtomicReference<>(NodeStatus.unknown(nowNanos));
        this.answeredNanos = new AtomicLong(nowNanos - Long.MAX_VALUE / 2);
    }

    public NodeStatus status() {
        return Objects.requireNonNull(status.get());
    }

    @Override
    public boolean isUsable(long nowNanos) {
        return status().state().isUsable();
    }

    @Override
    public double share(long nowNanos) {
        NodeStatus now = status();
        return now.state() == NodeState.UP ? 1 : now.share(nowNanos, probing);
    }

    @Override
    public boolean isRefusing() {
        return status().refusing();
    }

    @Override
    public boolean isWatched() {
        return true;
    }

    @Override
    public boolean isSuspect() {
        return status().state() == NodeState.SUSPECT;
    }

    @Override
    public boolean isMute() {
        NodeStatus now = status();
        return now.state() == NodeState.DOWN && now.mute();
    }

    @Override
    public void failed(Failure failure, long nowNanos) {
        if (failure.isEndpointSuspect()) {
            boolean refused = failure == Failure.CONNECT_REFUSED || failure == Failure.NO_ADDRESS;
            apply(refused ? NodeState.Event.ATTEMPT_REFUSED : NodeState.Event.ATTEMPT_LOST, failure.label(), nowNanos);
        }
    }

    @Override
    public void succeeded(long nanos, long nowNanos) {
        answers.increment();
        if (nowNanos - answeredNanos.getPlain() > NOTED_NANOS) {
            answeredNanos.setOpaque(nowNanos);
        }
        if (isSuspect()) {
            apply(NodeState.Event.ANSWER, "answered", nowNanos);
        }
    }

    @Override
    public void answeredBadly() {
        badAnswers.increment();
    }

    /** How many answers there were. */
    public long answers() {
        return answers.sum();
    }

    /** How many of them were bad. */
    public long badAnswers() {
        return badAnswers.sum();
    }

    /** It answers much worse than its neighbours. */
    public void outlier(long nowNanos) {
        apply(NodeState.Event.OUTLIER, "outlier", nowNanos);
    }

    @Override
    public void silent(long nowNanos) {
        apply(NodeState.Event.SILENCE, "silent", nowNanos);
    }

    /**
     * A probe ended.
     *
     * @param beganNanos when it was begun: a request answered since then speaks against a failure
     */
    public void probed(NodeState.Event event, String reason, long beganNanos, long nowNanos) {
        boolean answered = answeredNanos.getOpaque() - beganNanos > 0;
        if (event == NodeState.Event.PROBE_FAILED && answered) {
            contradictions.incrementAndGet();
        } else {
            apply(event, reason, nowNanos);
        }
    }

    /** How many probes failed while requests were answered. */
    public long contradictions() {
        return contradictions.get();
    }

    private void apply(NodeState.Event event, String reason, long nowNanos) {
        while (!held.getAsBoolean()) {
            NodeStatus old = status();
            NodeStatus next = old.after(event, reason, nowNanos, probing);
            if (next.equals(old)) {
                return;
            }
            if (status.compareAndSet(old, next)) {
                if (next.state() != old.state()) {
                    listener.changed(old.state(), next.state(), reason);
                }
                return;
            }
        }
    }
}
