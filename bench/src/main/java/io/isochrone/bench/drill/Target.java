package io.isochrone.bench.drill;

/** What a drill's fault is done to. */
public enum Target {
    /** Every node of the region that is nearest to most clients. */
    NEAREST("the nearest region of most clients"),
    /** One of the two nodes of the region that has two. */
    ONE_NODE("one of a region's two nodes"),
    /** Every node of the two regions that are nearest to most clients. */
    TWO_NEAREST("the two regions nearest to most clients"),
    /** Every node of every region. */
    ALL("every region"),
    /** Every node of every region, one after the other. */
    EACH_NODE("every gateway, one by one"),
    /** The router. */
    ROUTER("the router");

    private final String words;

    Target(String words) {
        this.words = words;
    }

    /** For people. */
    public String words() {
        return words;
    }
}
