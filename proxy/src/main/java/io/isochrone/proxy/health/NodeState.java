package io.isochrone.proxy.health;

/**
 * What is believed of a node. {@link NodeStatus#after} has the transitions:
 *
 * <ul>
 *   <li>NEW, not proved yet, but used, for a router that has just started must not refuse everybody → UP, DOWN, SUSPECT, DRAINING
 *   <li>UP → SUSPECT when requests wait there and nothing is heard; → DOWN at once when an attempt was refused or lost its
 *       connection, when it is an outlier of its region, or after {@code fall} failed probes; → DRAINING
 *   <li>SUSPECT → back where it came from at a good probe or an answer; → DOWN at a failed probe
 *   <li>DOWN → RAMP after {@code rise} good probes and its hold-down, never by time alone; → DRAINING
 *   <li>RAMP, used for a growing share → UP at a good probe after the ramp; → DOWN and SUSPECT like UP
 *   <li>DRAINING, the node says that it leaves → UP after {@code rise} good probes; → DOWN after {@code fall} failed ones
 * </ul>
 */
public enum NodeState {
    NEW,
    UP,
    SUSPECT,
    DOWN,
    RAMP,
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
        ATTEMPT_REFUSED,
        /** Most of its answers are bad, and those of its neighbours are good. */
        OUTLIER,
        /** Requests wait there, and nothing was heard for longer than the node ever needed. */
        SILENCE,
        /** A suspect node answered a request. */
        ANSWER;

        /** Whether it proves that nobody listens at the node's address, so that asking again now is in vain. */
        public boolean isRefusal() {
            return this == PROBE_REFUSED || this == ATTEMPT_REFUSED;
        }

        /** Whether a probe ended so. */
        public boolean isProbe() {
            return switch (this) {
                case PROBE_GOOD, PROBE_FAILED, PROBE_REFUSED, PROBE_DRAINING -> true;
                case ATTEMPT_LOST, ATTEMPT_REFUSED, OUTLIER, SILENCE, ANSWER -> false;
            };
        }
    }

    /** Whether requests may be sent to such a node. */
    public boolean isUsable() {
        return this == NEW || this == UP || this == RAMP;
    }
}
