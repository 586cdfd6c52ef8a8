package io.isochrone.proxy.exchange;

import io.isochrone.proxy.http.H1Request;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.Outcome;

/**
 * Which requests do no harm when they are executed twice (RFC 9110 §9.2.2), and what becomes of one that failed and is not sent again: its answer must
 * say when it may have been processed.
 *
 * <p>Thread-safe: no state.
 */
final class RepeatRule {
    private RepeatRule() {}

    /** @param writes whether the API bears repeated PUT, DELETE and requests with Idempotency-Key */
    static boolean mayRepeat(H1Request request, boolean writes) {
        return switch (request.method()) {
            case "GET", "HEAD", "OPTIONS", "TRACE" -> true;
            case "PUT", "DELETE" -> writes;
            default -> writes && request.header("idempotency-key") != null;
        };
    }

    /** How a request ends whose last attempt failed so. */
    static Outcome outcomeOf(Failure failure, boolean mayRepeat) {
        return switch (failure) {
            case BULKHEAD_FULL -> Outcome.SHED;
            case NO_ENDPOINT,
                    NO_ADDRESS,
                    NOT_PROCESSED,
                    CONNECT_LOCAL,
                    REFUSED_STREAM,
                    REFUSING,
                    NO_STREAM,
                    NO_CONNECTION -> Outcome.UNAVAILABLE;
            case CONNECT_TIMEOUT -> Outcome.GATEWAY_TIMEOUT;
            case FIRST_BYTE_TIMEOUT, SILENT, SUSPECTED ->
                mayRepeat ? Outcome.GATEWAY_TIMEOUT : Outcome.AMBIGUOUS_TIMEOUT;
            case RESET_BEFORE_RESPONSE, STALE_CONNECTION, STREAM_RESET ->
                mayRepeat ? Outcome.BAD_GATEWAY : Outcome.AMBIGUOUS;
            case HEAD_TOO_LARGE -> Outcome.HEADERS_TOO_LARGE;
            case CONNECT_REFUSED,
                    TLS_FAILED,
                    CLOSED_BEFORE_SENT,
                    RETRIABLE_STATUS,
                    OUTRUN,
                    BAD_RESPONSE,
                    RESPONSE_CUT,
                    STREAM_IDLE -> Outcome.BAD_GATEWAY;
        };
    }
}
