package io.isochrone.proxy.exchange;

import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an exchange when it has ended.
 *
 * <p>Immutable.
 *
 * @param outcome how it ended
 * @param status status sent to the client; 0 when none was
 * @param method request method
 * @param target request target as it came; holds secrets: redact before showing. Empty when the head was unreadable
 * @param api API name, or null
 * @param region region that answered, or null
 * @param endpoint id of the endpoint that answered last, or null
 * @param attempts comma-separated {@code endpoint-id=failure-label-or-status} in order; empty when none
 * @param attemptCount how many attempts were made
 * @param failure the last failure, or null
 * @param client client address
 * @param peer address of the connection
 * @param requestBytes request body bytes received
 * @param responseBytes response body bytes sent
 * @param startEpochMillis when the head was complete, milliseconds since 1970
 * @param firstByteNanos from the request head's end to the response head; -1 when none came
 * @param totalNanos from the request head's end to the end of the exchange
 */
public record ExchangeRecord(
        Outcome outcome,
        int status,
        String method,
        String target,
        @Nullable String api,
        @Nullable String region,
        @Nullable String endpoint,
        String attempts,
        int attemptCount,
        @Nullable Failure failure,
        String client,
        String peer,
        long requestBytes,
        long responseBytes,
        long startEpochMillis,
        long firstByteNanos,
        long totalNanos) {}
