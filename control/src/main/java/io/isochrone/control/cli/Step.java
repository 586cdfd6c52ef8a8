package io.isochrone.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How far a long-running operation has come, as an answer says.
 *
 * <p>Immutable.
 *
 * @param end how it ended; null: it goes on
 * @param percent 0 to 100; -1: not said
 * @param words the operation's own word, such as {@code Updating}
 * @param waitsFor what is waited for, a sentence each
 * @param error the error object of one that failed
 */
record Step(@Nullable End end, int percent, String words, List<String> waitsFor, JsonNode error) {
    Step {
        waitsFor = List.copyOf(waitsFor);
    }

    /** How an operation ended. */
    enum End {
        SUCCEEDED,
        FAILED
    }

    /** From the answer of an address that Azure-AsyncOperation named. */
    static Step ofStatus(Answer answer) {
        JsonNode json = answer.json();
        String status = json.path("status").asText();
        End end = switch (status.toLowerCase(Locale.ROOT)) {
            case "succeeded" -> End.SUCCEEDED;
            case "failed", "canceled" -> End.FAILED;
            default -> null;
        };
        List<String> waitsFor = new ArrayList<>();
        json.path("properties").path("waitsFor").forEach(each -> waitsFor.add(each.asText()));
        return new Step(end, json.path("percentComplete").asInt(-1), status, waitsFor, json.path("error"));
    }

    /** From the answer of an address that Location named: 202 while it goes on. */
    static Step ofResult(Answer answer) {
        End end = answer.status() == 202 ? null : answer.isGood() ? End.SUCCEEDED : End.FAILED;
        return new Step(end, -1, "", List.of(), answer.json().path("error"));
    }

    /** From the resource itself, which says how it is. */
    static Step ofResource(JsonNode resource) {
        String state = resource.path("properties").path("provisioningState").asText();
        End end = switch (state.toLowerCase(Locale.ROOT)) {
            case "succeeded", "" -> End.SUCCEEDED;
            case "failed" -> End.FAILED;
            default -> null;
        };
        return new Step(end, -1, state, List.of(), resource.path("properties").path("error"));
    }
}
