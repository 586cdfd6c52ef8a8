package io.isochrone.proxy.health;

import io.isochrone.config.model.Probing;
import java.time.Duration;

/**
 * What is known of a node's health, and what becomes of it by the next event.
 *
 * <p>A node comes back by proof, not by time: after {@code rise} good probes in a row, and when it fell soon after it had come back
 * only after being well for the whole of a hold-down that doubles with each relapse. A node that flaps is thus left alone until it has
 * stopped. Then its share grows, so that neither its cold caches nor a hidden fault meet all clients at once. Without the first a
 * flapping region takes its clients along, without the second its return is the next outage.
 *
 * <p>Immutable.
 *
 * @param state what is believed
 * @param streak probes in a row that ended alike
 * @param lastGood whether the last probe was good
 * @param refusing whether the latest evidence is a refused connection
 * @param mute whether the node is DOWN because it said nothing, so that who waits there waits in vain
 * @param reason why the state is what it is
 * @param sinceNanos when it became so
 * @param goodSinceNanos when the present run of good probes began; meaningless without one
 * @param rampNanos when the present ramp began; meaningful in RAMP, and in SUSPECT if {@code ramping}
 * @param ramping whether it was in RAMP when it became SUSPECT
 * @param holdNanos how long the run of good probes must last before DOWN ends
 * @param returned whether it has been DOWN and come back, so that falling soon is a relapse
 */
public record NodeStatus(
        NodeState state,
        int streak,
        boolean lastGood,
        boolean refusing,
        boolean mute,
        String reason,
        long sinceNanos,
        long goodSinceNanos,
        long rampNanos,
        boolean ramping,
        long holdNanos,
        boolean returned) {
    /** Who stays UP for this long, and for twice its hold-down, has no past any more. */
    static final long STABLE_NANOS = Duration.ofSeconds(60).toNanos();

    private static final double LEAST_SHARE = 0.05;

    /** A node that nothing is known of. */
    public static NodeStatus unknown(long nowNanos) {
        return new NodeStatus(NodeState.NEW, 0, false, false, false, "not probed yet", nowNanos, 0, 0, false, 0, false);
    }

    /** The status after an event; an equal one when the event means nothing in it. */
    public NodeStatus after(NodeState.Event event, String why, long nowNanos, Probing probing) {
        return switch (event) {
            case PROBE_GOOD -> good(why, nowNanos, probing);
            case PROBE_FAILED, PROBE_REFUSED -> bad(event, why, nowNanos, probing);
            case PROBE_DRAINING -> to(NodeState.DRAINING, why, nowNanos).uncounted(false);
            case ATTEMPT_LOST, ATTEMPT_REFUSED, OUTLIER ->
                state == NodeState.DRAINING
                        ? uncounted(event.isRefusal())
                        : down(why, nowNanos, probing, false).uncounted(event.isRefusal());
            case SILENCE -> state.isUsable() ? suspect(why, nowNanos) : this;
            case ANSWER -> state == NodeState.SUSPECT ? cleared(why, nowNanos) : this;
        };
    }

    private NodeStatus good(String why, long now, Probing probing) {
        NodeStatus next = counted(true, false, lastGood ? goodSinceNanos : now);
        boolean risen = next.streak >= probing.rise();
        return switch (state) {
            case NEW -> next.to(NodeState.UP, why, now);
            case UP -> next;
            case SUSPECT -> next.cleared(why, now);
            case DRAINING -> risen ? next.to(NodeState.UP, why, now) : next;
            case DOWN -> risen && now - next.goodSinceNanos >= holdNanos ? next.back(why, now, probing) : next;
            case RAMP -> now - rampNanos >= probing.ramp().toNanos() ? next.to(NodeState.UP, "ramp done", now) : next;
        };
    }

    private NodeStatus bad(NodeState.Event event, String why, long now, Probing probing) {
        NodeStatus next = counted(false, event.isRefusal(), 0);
        boolean mute = event == NodeState.Event.PROBE_FAILED;
        return switch (state) {
            case NEW, SUSPECT -> next.down(why, now, probing, mute);
            case UP, RAMP, DRAINING -> next.streak >= probing.fall() ? next.down(why, now, probing, mute) : next;
            case DOWN -> mute && next.streak >= probing.fall() ? next.silenced() : next;
        };
    }

    private NodeStatus silenced() {
        return new NodeStatus(
                state,
                streak,
                lastGood,
                refusing,
                true,
                reason,
                sinceNanos,
                goodSinceNanos,
                rampNanos,
                ramping,
                holdNanos,
                returned);
    }

    private NodeStatus suspect(String why, long now) {
        return new NodeStatus(
                NodeState.SUSPECT,
                streak,
                lastGood,
                refusing,
                false,
                why,
                now,
                goodSinceNanos,
                rampNanos,
                state == NodeState.RAMP,
                holdNanos,
                returned);
    }

    private NodeStatus cleared(String why, long now) {
        return ramping ? to(NodeState.RAMP, why, now) : to(NodeState.UP, why, now);
    }

    private NodeStatus back(String why, long now, Probing probing) {
        NodeState next = probing.ramp().isZero() ? NodeState.UP : NodeState.RAMP;
        return new NodeStatus(
                next, streak, lastGood, refusing, false, why, now, goodSinceNanos, now, false, holdNanos, true);
    }

    private NodeStatus down(String why, long now, Probing probing, boolean silent) {
        if (state == NodeState.DOWN) {
            return this;
        }
        boolean wasUp = state == NodeState.UP || state == NodeState.SUSPECT && !ramping;
        long up = wasUp ? now - sinceNanos : 0;
        boolean settled = up >= STABLE_NANOS && up >= 2 * holdNanos;
        long least = probing.holdDown().toNanos();
        long most = probing.maxHoldDown().toNanos();
        long hold = !returned || settled ? 0 : Math.min(most, Math.max(least, 2 * holdNanos));
        return new NodeStatus(
                NodeState.DOWN, streak, lastGood, refusing, silent, why, now, goodSinceNanos, 0, false, hold, returned);
    }

    private NodeStatus to(NodeState next, String why, long now) {
        return next == state
                ? this
                : new NodeStatus(
                        next,
                        streak,
                        lastGood,
                        refusing,
                        false,
                        why,
                        now,
                        goodSinceNanos,
                        rampNanos,
                        false,
                        holdNanos,
                        returned);
    }

    private NodeStatus counted(boolean good, boolean refused, long goodSince) {
        int next = good == lastGood ? streak + 1 : 1;
        return new NodeStatus(
                state,
                next,
                good,
                refused,
                mute,
                reason,
                sinceNanos,
                goodSince,
                rampNanos,
                ramping,
                holdNanos,
                returned);
    }

    /** Evidence from a request, or word from the node: probes count from the start. */
    private NodeStatus uncounted(boolean refused) {
        return new NodeStatus(
                state, 0, false, refused, mute, reason, sinceNanos, 0, rampNanos, ramping, holdNanos, returned);
    }

    /** The share of its requests that the node gets now: 0 to 1. */
    public double share(long nowNanos, Probing probing) {
        return switch (state) {
            case NEW, UP -> 1;
            case RAMP ->
                Math.min(
                        1,
                        Math.max(
                                LEAST_SHARE,
                                (nowNanos - rampNanos) / (double) probing.ramp().toNanos()));
            case SUSPECT, DOWN, DRAINING -> 0;
        };
    }
}
