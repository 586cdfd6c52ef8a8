package io.isochrone.proxy.exchange;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.http.H1Response;

/**
 * A real answer that was put aside, because another endpoint may have a better one. If none has, the client gets it. Its body waits upstream.
 *
 * <p>Confined to one event loop.
 */
final class KeptAnswer {
    private final UpstreamStream stream;
    private final Endpoint endpoint;

    /** Stops reading the response, whose head has come. */
    KeptAnswer(UpstreamStream stream, Endpoint endpoint) {
        this.stream = stream;
        this.endpoint = endpoint;
        stream.pause();
    }

    UpstreamStream stream() {
        return stream;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** Whether a body follows, in answer to a request of this method. */
    boolean hasBody(String method) {
        H1Response head = stream.response();
        return !head.isBodyless(method.equals("HEAD")) && head.fields().contentLength() != 0;
    }

    /** Whether only the connection's end tells where the body ends. */
    boolean isUntilClose(String method) {
        H1Response head = stream.response();
        return !head.isBodyless(method.equals("HEAD"))
                && !head.fields().isChunked()
                && head.fields().contentLength() < 0;
    }
}
