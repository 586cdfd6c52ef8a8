package io.isochrone.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Turns answers that refuse into words and advice. Thread-safe: no state. */
final class Refusals {
    private static final int LONGEST = 300;

    private Refusals() {}

    /** What an answer other than 2xx means to the operator who made the call. */
    static FailedException of(Answer answer, URI control, String tokenFrom) {
        JsonNode error = answer.json().path("error");
        List<String> advice = new ArrayList<>(details(error));
        advice.addAll(advice(answer, error.path("code").asText(), tokenFrom));
        return FailedException.bad(words(answer, error, control), advice.toArray(String[]::new));
    }

    /** The error object in one line: message, then code and, unless the message names it, target. */
    static String line(JsonNode error) {
        String message = error.path("message").asText("no reason given");
        String target = error.path("target").asText();
        String more = target.isEmpty() || message.contains(target) ? "" : ", " + target;
        return message + " (" + error.path("code").asText("no code") + more + ")";
    }

    /** What each part did wrong, unless the message says it already. */
    static List<String> details(JsonNode error) {
        List<String> lines = new ArrayList<>();
        for (JsonNode detail : error.path("details")) {
            String message = detail.path("message").asText();
            if (!message.isEmpty() && !message.equals(error.path("message").asText())) {
                String target = detail.path("target").asText();
                lines.add((target.isEmpty() ? "" : target + ": ") + message);
            }
        }
        return lines;
    }

    private static String words(Answer answer, JsonNode error, URI control) {
        if (answer.status() == 401) {
            return "token: " + control + " does not accept it (expected: one that it has issued and not revoked)";
        }
        if (error.has("code")) {
            return line(error);
        }
        String body = answer.text().strip().lines().findFirst().orElse("");
        String shown = body.length() > LONGEST ? body.substring(0, LONGEST) + "…" : body;
        return control + " answers " + answer.status() + (shown.isEmpty() ? "" : ": " + shown)
                + " (expected: a control plane's answer)";
    }

    private static List<String> advice(Answer answer, String code, String tokenFrom) {
        switch (code) {
            case "ServiceIsTransitioning":
                return List.of(
                        "An earlier change is still being carried out. Wait until isochrone service show says Succeeded,",
                        "then try again.");
            case "AdditionalLocationsNotSupported":
                return List.of("More than one region needs the Premium tier: isochrone service update --tier Premium");
            default:
                break;
        }
        return switch (answer.status()) {
            case 401 ->
                List.of(
                        "The token was taken from " + tokenFrom + ".",
                        "Name another with --token-file or ISOCHRONE_TOKEN_FILE; an operator makes one with",
                        "isochrone token create NAME --role operator");
            case 403 ->
                List.of("The token from " + tokenFrom + " may not do this. Changes need one of the role operator.");
            case 404 -> List.of("isochrone service list tells what there is.");
            case 412 -> List.of("Somebody else changed it meanwhile. Look at it again, then repeat the command.");
            case 429 ->
                List.of("Too many calls. Try again in " + answer.retryAfter().toSeconds() + " s.");
            case 500, 502, 503, 504 ->
                List.of("The control plane cannot do it now; its log says why. Nodes go on serving meanwhile.");
            default -> List.of();
        };
    }
}
