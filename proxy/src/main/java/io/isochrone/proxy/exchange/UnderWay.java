package io.isochrone.proxy.exchange;

/** How many exchanges of one event loop are under way. Confined to that loop. */
public final class UnderWay {
    private int count;

    void began() {
        count++;
    }

    void ended() {
        count--;
    }

    /** How many there are. */
    public int count() {
        return count;
    }
}
