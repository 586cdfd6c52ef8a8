package io.isochrone.proxy.health;

/**
 * What is believed of a node.
 *
 * <p>Transitions, by {@link #after}: NEW (not proved yet, but used: a router that has just started must not refuse everybody) → UP or
 * DOWN; UP → DOWN at once when an attempt was refused or lost its connection, or after {@code fall} failed or refused probes; DOWN →
 * UP only after {@code rise} good probes, never by time; any → DRAINING when the node says that it leaves; DRAINING → UP after {@code rise}
 * good probes, → DOWN like UP.
 */
public enum NodeState {
    NEW,
    UP,
    DOWN,
    DRAINING;

    /** What can happen. */
    public enum Event {
        /** The node says that it serves. */
        PROBE_GOOD,
        /** No answer, or one that says nothing. */
        PROBE_FAILED,
        /** The probe's connection was refused: nobody listens there. */
        PROBE_REFUSED,
        /** The node says that it leaves. */
        PROBE_DRAINING,
        /** A request's connection was lost or could not be made in time. */
        ATTEMPT_LOST,
        /** A request's connection was refused. */
        ATTEMPT_REFUSED;

        /** Whether it proves that nobody listens at the node's address, so that asking again now is in vain. */
        public boolean isRefusal() {
            return this == PROBE_REFUSED || this == ATTEMPT_REFUSED;
        }
    }

    /** Whether requests may be sent to such a node. */
    public boolean isUsable() {
        return this == NEW || this == UP;
    }

    /**
     * The state after an event.
     *
     * @param streak how many probes in a row, this one included, ended as this one
     */
    public NodeState after(Event event, int streak, int fall, int rise) {
        return switch (event) {
            case ATTEMPT_LOST, ATTEMPT_REFUSED -> this == DRAINING ? DRAINING : DOWN;
            case PROBE_DRAINING -> DRAINING;
            case PROBE_FAILED, PROBE_REFUSED -> streak >= fall || this == NEW ? DOWN : this;
            case PROBE_GOOD -> this == NEW || streak >= rise ? UP : this;
        };
    }
}
