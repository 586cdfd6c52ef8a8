package io.isochrone.proxy.exchange;

import io.isochrone.proxy.http.RequestHead;

/** The product's brain as the engine sees it: decides what happens to each request. Called on event loops; must not block. */
public interface Dispatcher {
    /**
     * Decides for one request. {@code head} has passed every check of the engine, its path is in normal form; it is valid during
     * the call only.
     *
     * @param peer the client connection
     * @param nowNanos the event loop's time
     */
    Dispatch dispatch(RequestHead head, Peer peer, long nowNanos);

    /** Adds fields to answers that are given without a forwarding, such as refusals of malformed requests. */
    default void answerHeaders(HeaderSink out) {}
}
