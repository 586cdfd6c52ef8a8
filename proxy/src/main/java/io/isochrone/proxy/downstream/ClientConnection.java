package io.isochrone.proxy.downstream;

/** A client's connection as its event loop keeps it, whatever protocol it speaks. Confined to one event loop. */
interface ClientConnection {
    /** Ends what has waited too long. */
    void sweep(long nowNanos);

    /** Whether no request is under way or begun. */
    boolean isIdle();

    /** How many requests are under way or begun. */
    int inFlight();

    /**
     * Closes an idle connection at once, in the way of its protocol, to make room for another; false, and nothing is done, while a part
     * of its last answer has not left.
     */
    default boolean makeRoom() {
        return false;
    }

    /** Closes the connection at once. */
    void close();
}
