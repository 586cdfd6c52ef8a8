package io.isochrone.proxy.outcome;

/** How an exchange ended. Status code 0 means that the response came from upstream or that none could be sent. Immutable. */
public enum Outcome {
    /** The upstream's response was relayed whole. */
    RELAYED("relayed", 0, ""),
    /** The client went away before the end (nginx's 499). */
    CLIENT_GONE("client_gone", 0, ""),
    /** The response had begun and was cut visibly. */
    RESPONSE_CUT("response_cut", 0, ""),
    /** Answered by the node itself, as its brain decided. */
    ANSWERED("answered", 0, ""),
    BAD_REQUEST("bad_request", 400, "Bad request"),
    UNAUTHORIZED("unauthorized", 401, "Access denied"),
    NOT_FOUND("not_found", 404, "Resource not found"),
    REQUEST_TIMEOUT("request_timeout", 408, "The request did not arrive in time"),
    BODY_TOO_LARGE("body_too_large", 413, "Request body too large"),
    TARGET_TOO_LONG("target_too_long", 414, "Request target too long"),
    EXPECTATION_FAILED("expectation_failed", 417, "Expectation failed"),
    HEADERS_TOO_LARGE("headers_too_large", 431, "Request header fields too large"),
    INTERNAL("internal", 500, "Internal server error"),
    NOT_IMPLEMENTED("not_implemented", 501, "Not implemented"),
    BAD_GATEWAY("bad_gateway", 502, "Bad gateway"),
    AMBIGUOUS("ambiguous", 502, "The connection was lost after the request was sent; it may have been processed"),
    UNAVAILABLE("unavailable", 503, "Service unavailable"),
    SHED("shed", 503, "Overloaded"),
    GATEWAY_TIMEOUT("gateway_timeout", 504, "Gateway timeout"),
    AMBIGUOUS_TIMEOUT("ambiguous_timeout", 504, "No answer came in time; the request may have been processed"),
    VERSION_NOT_SUPPORTED("version_not_supported", 505, "HTTP version not supported"),
    LOOP("loop", 508, "Loop detected");

    private final String label;
    private final int status;
    private final String message;

    Outcome(String label, int status, String message) {
        this.label = label;
        this.status = status;
        this.message = message;
    }

    /** The value in metrics and logs. */
    public String label() {
        return label;
    }

    /** The status code that the node answers, or 0. */
    public int status() {
        return status;
    }

    /** What the answer's {@code message} says. */
    public String message() {
        return message;
    }
}
