package io.isochrone.proxy.exchange;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.outcome.Failure;
import org.jspecify.annotations.Nullable;

/** The attempts of one exchange as text for the access log: {@code id=result,id=result}. Confined to one event loop. */
final class AttemptTrail {
    private String ended = "";
    private String current = "";
    private @Nullable Failure failure;
    /** Of the current attempt; -1: it has not ended. */
    private int status = -1;

    private int count;

    void begin(Endpoint endpoint) {
        ended = text();
        current = endpoint.id();
        status = -1;
        count++;
    }

    /** An endpoint was passed over: shown among the attempts, and not counted as one. */
    void passedOver(Endpoint endpoint, Failure why) {
        ended = text();
        current = endpoint.id();
        failure = why;
        status = 0;
    }

    void end(@Nullable Failure with, int answered) {
        failure = with;
        status = answered;
    }

    /** How many attempts were begun. */
    int count() {
        return count;
    }

    /** The attempts in order, with what was passed over; one without a result yet ends in {@code =}. */
    String text() {
        if (current.isEmpty()) {
            return ended;
        }
        String result = status < 0 ? "" : failure == null ? Integer.toString(status) : failure.label();
        return (ended.isEmpty() ? "" : ended + ",") + current + "=" + result;
    }
}
