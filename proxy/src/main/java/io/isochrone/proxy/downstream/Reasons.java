package io.isochrone.proxy.downstream;

import io.netty.handler.codec.http.HttpResponseStatus;

/** Reason phrases of status codes (RFC 9110 §15). Thread-safe: no state. */
final class Reasons {
    private Reasons() {}

    static String of(int status) {
        return status == 508
                ? "Loop Detected"
                : HttpResponseStatus.valueOf(status).reasonPhrase();
    }
}
