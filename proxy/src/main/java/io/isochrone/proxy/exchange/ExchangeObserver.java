package io.isochrone.proxy.exchange;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.outcome.ConnectionFault;
import io.isochrone.proxy.outcome.ConnectionRefusal;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.HandshakeResult;
import io.isochrone.proxy.outcome.HedgeResult;
import io.isochrone.proxy.outcome.ProxyProtocolFault;
import org.jspecify.annotations.Nullable;

/** Is told how exchanges and attempts end. Called on event loops; must neither block nor throw. */
public interface ExchangeObserver {
    /** An exchange ended. */
    void ended(ExchangeRecord exchange);

    /** An attempt ended: a failure, or null and the response status. */
    void attemptEnded(Endpoint endpoint, @Nullable Failure failure, int status, long nanos);

    /** A client connection was opened (+1), closed (-1). */
    void connections(int delta);

    /** An upstream connection was opened (+1), closed (-1). */
    void upstreamConnections(Endpoint endpoint, int delta);

    /** A client's HTTP/2 connection was closed for this reason. */
    default void connectionFault(ConnectionFault fault) {}

    /** An HTTP/2 connection to an upstream was closed for this reason. */
    default void upstreamFault(ConnectionFault fault) {}

    /** The TLS handshake of a client's connection ended. */
    default void handshake(HandshakeResult result) {}

    /** A connection was closed for want of a good PROXY protocol header. */
    default void proxyProtocolFault(ProxyProtocolFault fault) {}

    /** A client's connection was closed on accept. */
    default void connectionRefused(ConnectionRefusal reason) {}

    /** A request was sent again on account of the budget, or would have been and was not. */
    default void retry(boolean granted) {}

    /** A client's idle connection was closed to make room for another. */
    default void connectionDisplaced() {}

    /** A second attempt at a slow request ended so, or was not made. */
    default void hedge(HedgeResult result) {}

    /** A request's body is no longer kept to be sent again, for want of memory. */
    default void replayForgotten() {}

    /** A tunnel, such as a WebSocket, began (+1), ended (-1). */
    default void tunnels(int delta) {}

    /** An event loop ran a periodic task so much later than it was due: something held the loop for so long. */
    void loopLag(long nanos);
}
