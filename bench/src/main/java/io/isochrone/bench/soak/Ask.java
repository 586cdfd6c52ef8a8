package io.isochrone.bench.soak;

import io.isochrone.bench.fault.EchoBody;

/**
 * One request with an id that no other has. Immutable.
 *
 * @param answerBytes length of the answer
 * @param bodyBytes length of the request's own body; 0 for none
 * @param chunked whether the answer has no length
 */
record Ask(String id, Kind kind, int answerBytes, int bodyBytes, boolean chunked, Misdeed misdeed) {
    /** GET or POST. */
    String method() {
        return bodyBytes > 0 ? "POST" : "GET";
    }

    /** Path and query. */
    String target() {
        return "/soak?bytes=" + answerBytes + (chunked ? "&chunked=1" : "")
                + (misdeed == Misdeed.NONE ? "" : "&do=" + misdeed.word());
    }

    /** What is sent as its body. */
    byte[] body() {
        return EchoBody.of("to-" + id, bodyBytes);
    }

    /** The field that must come back when the body arrived whole. */
    String got() {
        return bodyBytes + ":" + EchoBody.sum(body());
    }
}
