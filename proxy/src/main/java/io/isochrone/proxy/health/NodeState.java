package io.isochrone.proxy.health;

/**
 * What is believed of a node.
 *
 * <p>Transitions, by {@link #after}: NEW (not proved yet, but used: a router that has just started must not refuse everybody) → UP or
 * DOWN; UP → DOWN at once when an attempt was refused or lost its connection, or after {@code fall} failed probes; DOWN → UP only
 * after {@code rise} good probes, never by time; any → DRAINING when the node says that it leaves; DRAINING → UP after {@code rise}
 * good probes, → DOWN like UP.
 */
public enum NodeState {
    NEW,
    UP,
    DOWN,
    DRAINING;

    /** What can happen. */
    public enum Event {
        PROBE_GOOD,
        PROBE_FAILED,
        PROBE_DRAINING,
        ATTEMPT_LOST
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
            case ATTEMPT_LOST -> this == DRAINING ? DRAINING : DOWN;
            case PROBE_DRAINING -> DRAINING;
            case PROBE_FAILED -> streak >= fall || this == NEW ? DOWN : this;
            case PROBE_GOOD -> this == NEW || streak >= rise ? UP : this;
        };
    }
}
