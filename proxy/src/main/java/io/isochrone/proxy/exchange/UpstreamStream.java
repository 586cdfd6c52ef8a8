package io.isochrone.proxy.exchange;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.http.H1Request;
import io.isochrone.proxy.http.H1Response;
import io.isochrone.proxy.http.HeaderFields;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The upstream's side of one attempt, whatever protocol it speaks. Confined to one event loop. */
public interface UpstreamStream {
    /** Writes the request head. */
    void send(H1Request request, Forwarding plan, Endpoint endpoint, int attempt, String via);

    /** Writes request body bytes, framing included; takes ownership. */
    void body(ByteBuf bytes);

    /** Sends what was written. */
    void flush();

    /** Ends our side of a tunnel once everything that was written is sent. */
    void endTunnel();

    /** Whether more may be written without holding more than the high watermark. */
    boolean isWritable();

    /** Stops reading the response. */
    void pause();

    /** Goes on reading the response. */
    void resume();

    /** The response head, once it has come. */
    H1Response response();

    /** The response's trailer section once it has ended, if the listener wants data only and there is one; otherwise null. */
    @Nullable
    HeaderFields trailers();

    /** The attempt ended well; the connection may serve others if {@code requestWhole} and nothing else speaks against it. */
    void finish(boolean requestWhole);

    /** Gives the attempt up; the connection is closed and the listener hears nothing more. */
    void cancel();
}
