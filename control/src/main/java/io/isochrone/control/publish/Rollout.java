package io.isochrone.control.publish;

/**
 * What is done in each stage of a rollout when something happens. One bad configuration must not reach all regions, so it goes to one
 * node, to one region, to everybody, and comes back by itself; but a rollout under way must not starve either when changes
 * come faster than it soaks, so only a canary's candidate is replaced.
 *
 * <p>Thread-safe: no state.
 */
public final class Rollout {
    /** What happens. */
    public enum Event {
        /** The resources hold something that is neither stable nor the candidate. */
        CHANGED,
        /** The resources hold what is stable again. */
        UNDONE,
        /** The stage went well for long enough. */
        SOAKED,
        /** A node refused the candidate, was lost with it, or fails more requests since. */
        FAILED,
        /** The stage's nodes have not applied the candidate in time. */
        STALLED
    }

    /** What is done. */
    public enum Act {
        /** Nothing. */
        NONE,
        /** A candidate is made and offered to a canary, or to everybody where there is no choice. */
        BEGIN,
        /** The newest content becomes the candidate, with the same canary; it soaks anew. */
        REPLACE,
        /** The newest content has to wait. */
        WAIT,
        /** The candidate goes to the next stage's nodes. */
        WIDEN,
        /** The candidate becomes stable. */
        PROMOTE,
        /** The candidate becomes stable, and the newest content the candidate. */
        PROMOTE_AND_BEGIN,
        /** Stable content gets a version above the candidate's; there is no candidate any more. */
        ROLL_BACK,
        /** Another canary is tried; after the third one, as ROLL_BACK. */
        NEXT_CANARY
    }

    private Rollout() {}

    /** The table. */
    public static Act act(Stage stage, Event event) {
        return switch (stage) {
            case IDLE ->
                switch (event) {
                    case CHANGED -> Act.BEGIN;
                    case UNDONE, SOAKED, FAILED, STALLED -> Act.NONE;
                };
            case CANARY ->
                switch (event) {
                    case CHANGED -> Act.REPLACE;
                    case SOAKED -> Act.WIDEN;
                    case STALLED -> Act.NEXT_CANARY;
                    case UNDONE, FAILED -> Act.ROLL_BACK;
                };
            case REGION ->
                switch (event) {
                    case CHANGED -> Act.WAIT;
                    case SOAKED -> Act.WIDEN;
                    case UNDONE, FAILED, STALLED -> Act.ROLL_BACK;
                };
            case ALL ->
                switch (event) {
                    case CHANGED -> Act.PROMOTE_AND_BEGIN;
                    case SOAKED -> Act.PROMOTE;
                    case UNDONE, FAILED, STALLED -> Act.ROLL_BACK;
                };
        };
    }
}
