package io.isochrone.control.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.http.HttpHeaders;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the control plane answered.
 *
 * <p>Immutable.
 *
 * @param status such as 200
 * @param headers by name
 * @param text the body
 */
record Answer(int status, HttpHeaders headers, String text) {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final long LONGEST_SECONDS = 30;

    /** Whether it is a 2xx. */
    boolean isGood() {
        return status / 100 == 2;
    }

    /** The body as JSON; a missing node when it is empty or something else. */
    JsonNode json() {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    @Nullable
    String header(String name) {
        return headers.firstValue(name).orElse(null);
    }

    /** What Retry-After says, at most 30 s; 1 s when it says nothing. */
    Duration retryAfter() {
        String written = header("Retry-After");
        if (written == null || !written.matches("\\d{1,9}")) {
            return Duration.ofSeconds(1);
        }
        return Duration.ofSeconds(Math.min(LONGEST_SECONDS, Long.parseLong(written)));
    }
}
