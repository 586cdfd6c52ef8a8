package io.isochrone.control.publish;

import java.util.Locale;

/** How far a candidate has come. {@link Rollout} has the transitions. */
public enum Stage {
    /** There is no candidate: everybody is offered what is stable. → CANARY, ALL */
    IDLE,
    /** One gateway node runs it. → REGION, ALL, IDLE */
    CANARY,
    /** The gateway nodes of the canary's region run it. → ALL, IDLE */
    REGION,
    /** Everybody is offered it, and it can still be taken back. → IDLE, CANARY */
    ALL;

    /** As operators read it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
