package io.isochrone.proxy.exchange;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.http.H1Request;
import io.isochrone.proxy.http.H1Response;
import io.isochrone.proxy.http.HeaderFields;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The client's side of one exchange, whatever protocol it speaks. Confined to one event loop. */
public interface DownstreamStream {
    /** The request head; valid until the exchange has ended. */
    H1Request request();

    /** Passes on an interim response (1xx). */
    void informational(H1Response head);

    /** Whether the client could take this head for what it is; otherwise it is no answer to its request. */
    default boolean accepts(H1Response head) {
        return true;
    }

    /**
     * Begins the response.
     *
     * <p>With status 101 a tunnel begins: bytes pass as they are, in both directions, until each of them has ended.
     *
     * @param hasBody whether body bytes follow
     * @param untilClose whether the upstream's body ends with its connection, so that its length is not known
     */
    void head(H1Response head, Forwarding plan, Endpoint endpoint, int attempts, boolean hasBody, boolean untilClose);

    /** Passes on bytes of the body; takes ownership. */
    void body(ByteBuf bytes);

    /** Whether body bytes are wanted without chunked framing, and the trailer section as fields. */
    boolean wantsDataOnly();

    /**
     * Ends the response whole; in a tunnel, the direction to the client.
     *
     * @param trailers the trailer section, if there is one and {@link #wantsDataOnly}; otherwise it was among the body's bytes
     */
    void end(@Nullable HeaderFields trailers);

    /** Answers by itself; nothing was sent before. */
    void answer(LocalAnswer answer, @Nullable Forwarding plan, int attempts);

    /** Breaks off a response that had begun, so that the client sees that it is not whole (RFC 9112 §8). */
    void cut();

    /** Whether more may be written without holding more than the high watermark. */
    boolean isWritable();

    /** Stops taking request body from the client. */
    void pauseRequest();

    /** Goes on taking request body. */
    void resumeRequest();

    /** Sends what was written. */
    void flush();

    /** The exchange is over; the stream may take the next request. {@code requestWhole}: its body was taken to the end. */
    void exchangeEnded(boolean requestWhole);
}
