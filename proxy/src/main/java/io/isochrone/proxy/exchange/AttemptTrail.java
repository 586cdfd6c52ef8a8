package io.isochrone.proxy.exchange;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.outcome.Failure;
import org.jspecify.annotations.Nullable;

/** The attempts of one exchange as text for the access log: {@code id=result,id=result}. Confined to one event loop. */
final class AttemptTrail {
    private String text = "";
    private String current = "";
    private int count;

    void begin(Endpoint endpoint) {
        current = endpoint.id();
        count++;
    }

    void end(@Nullable Failure failure, int status) {
        String result = failure == null ? Integer.toString(status) : failure.label();
        text = text.isEmpty() ? current + "=" + result : text + "," + current + "=" + result;
        current = "";
    }

    /** How many attempts were begun. */
    int count() {
        return count;
    }

    /** The attempts in order; one without a result yet ends in {@code =}. */
    String text() {
        return current.isEmpty() ? text : text.isEmpty() ? current + "=" : text + "," + current + "=";
    }
}
