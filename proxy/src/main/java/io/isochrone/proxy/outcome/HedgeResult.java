package io.isochrone.proxy.outcome;

/** What became of a second attempt at a slow request, beside the first. Immutable. */
public enum HedgeResult {
    /** It was answered first. */
    WON("won"),
    /** The first attempt was answered first. */
    LOST("lost"),
    /** The first attempt failed, or got an answer that is tried elsewhere: the second stood in for it. */
    STOOD_IN("stood_in"),
    /** It failed, or got such an answer, while the first was waited for. */
    FAILED("failed"),
    /** The client left, or time ran out, before either was answered. */
    ABANDONED("abandoned"),
    /** It was not made: a budget was used up, or memory scarce. */
    DENIED("denied"),
    /** It was not made: no other node is up in full, in a region with room. */
    NOWHERE("nowhere");

    private final String label;

    HedgeResult(String label) {
        this.label = label;
    }

    /** The value in metrics: lower case with underscores. */
    public String label() {
        return label;
    }
}
