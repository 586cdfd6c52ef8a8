package io.isochrone.proxy.exchange;

import io.isochrone.proxy.outcome.Outcome;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer that the node gives itself.
 *
 * <p>Immutable.
 *
 * @param outcome how it is counted
 * @param status 200 to 599
 * @param contentType such as {@code application/json}
 * @param body text of the body, UTF-8 on the wire
 * @param headers further header fields, names and values valid as they are
 * @param api name of the API for metrics and logs, or null
 */
public record LocalAnswer(
        Outcome outcome,
        int status,
        String contentType,
        String body,
        Map<String, String> headers,
        @Nullable String api) implements Dispatch {
    public LocalAnswer {
        headers = Map.copyOf(headers);
    }

    /** The JSON answer {@code {"statusCode":…,"message":"…"}} of an outcome that has a status. */
    public static LocalAnswer of(Outcome outcome) {
        return of(outcome, outcome.message(), Map.of(), null);
    }

    /** The same with a message of its own; {@code message} needs no JSON escaping beyond quotes and backslashes. */
    public static LocalAnswer of(Outcome outcome, String message, Map<String, String> headers, @Nullable String api) {
        return new LocalAnswer(
                outcome, outcome.status(), "application/json", json(outcome.status(), message), headers, api);
    }

    /** The same, saying so in a header field if the request may have been processed although it failed. */
    LocalAnswer marked(Outcome how) {
        if (how != Outcome.AMBIGUOUS && how != Outcome.AMBIGUOUS_TIMEOUT) {
            return this;
        }
        Map<String, String> more = new HashMap<>(headers);
        more.put("Isochrone-Maybe-Processed", "true");
        return new LocalAnswer(outcome, status, contentType, body, more, api);
    }

    /** The one JSON shape of error bodies. */
    public static String json(int status, String message) {
        StringBuilder out = new StringBuilder(message.length() + 40);
        out.append("{\"statusCode\":").append(status).append(",\"message\":\"");
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else {
                out.append(c < 0x20 ? ' ' : c);
            }
        }
        return out.append("\"}").toString();
    }
}
