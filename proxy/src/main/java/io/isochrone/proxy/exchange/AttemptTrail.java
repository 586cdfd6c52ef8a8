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
    /** What is under way beside the current attempt; empty: nothing was. */
    private String hedge = "";

    private @Nullable Failure hedgeFailure;
    private int hedgeStatus = -1;

    void begin(Endpoint endpoint) {
        settle();
        current = endpoint.id();
        status = -1;
        count++;
    }

    /** Another attempt begins beside the current one. */
    void beginHedge(Endpoint endpoint) {
        hedge = endpoint.id();
        hedgeStatus = -1;
        count++;
    }

    void endHedge(Failure with, int answered) {
        hedgeFailure = with;
        hedgeStatus = answered;
    }

    /** The current attempt has ended, and the one beside it is the current one. */
    void hedgeStandsIn() {
        String next = hedge;
        hedge = "";
        settle();
        current = next;
        status = -1;
    }

    private void settle() {
        ended = text();
        hedge = "";
    }

    /** An endpoint was passed over: shown among the attempts, and not counted as one. */
    void passedOver(Endpoint endpoint, Failure why) {
        settle();
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
        String first = joined(ended, current, failure, status);
        return joined(first, hedge, hedgeFailure, hedgeStatus);
    }

    private static String joined(String before, String id, @Nullable Failure failure, int status) {
        if (id.isEmpty()) {
            return before;
        }
        String result = status < 0 ? "" : failure == null ? Integer.toString(status) : failure.label();
        return (before.isEmpty() ? "" : before + ",") + id + "=" + result;
    }
}
