package io.isochrone.proxy.exchange;

import io.isochrone.proxy.http.RequestHead;
import io.isochrone.proxy.outcome.Outcome;
import java.util.Map;

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

    /** The answer to a request that there is no room for; nobody was asked about it. */
    default LocalAnswer overloaded() {
        return LocalAnswer.of(Outcome.SHED, Outcome.SHED.message(), Map.of("Retry-After", "1"), null);
    }

    /** Adds fields to answers that are given without a forwarding, such as refusals of malformed requests. */
    default void answerHeaders(HeaderSink out) {}
}
