package io.isochrone.proxy.outcome;

/** Why an attempt did not bring a usable response, and whether the same request may be sent again. Immutable. */
public enum Failure {
    /** No endpoint may be used. */
    NO_ENDPOINT("no_endpoint", Retry.ALWAYS, false),
    /** As many requests are under way for the API or the region as there may be; the endpoint was not tried. */
    BULKHEAD_FULL("bulkhead_full", Retry.ALWAYS, false),
    /** The endpoint's name has no address as far as anybody knows. */
    NO_ADDRESS("no_address", Retry.ALWAYS, true),
    /** The connection was refused or the host is unreachable. */
    CONNECT_REFUSED("connect_refused", Retry.ALWAYS, true),
    /** The connection was not established in time. */
    CONNECT_TIMEOUT("connect_timeout", Retry.ALWAYS, true),
    /** The TLS handshake failed, or the upstream refused our certificate: it was sent nothing that it could have processed. */
    TLS_FAILED("tls_failed", Retry.ALWAYS, true),
    /** Connecting failed on our side, such as for want of file descriptors. */
    CONNECT_LOCAL("connect_local", Retry.ALWAYS, false),
    /** The connection was lost before the request's head had left whole. */
    CLOSED_BEFORE_SENT("closed_before_sent", Retry.ALWAYS, false),
    /** One of our own nodes said, with proof, that it did not process the request. */
    NOT_PROCESSED("not_processed", Retry.ALWAYS, false),
    /** The other side said that it did not begin the stream: REFUSED_STREAM, or its number is beyond that in a GOAWAY (RFC 9113 §8.7). */
    REFUSED_STREAM("refused_stream", Retry.ALWAYS, false),
    /** The same, and so it did with many streams before, of which it answered none. */
    REFUSING("refusing", Retry.ALWAYS, true),
    /** Every HTTP/2 connection that may be opened carries as many streams as it may. */
    NO_STREAM("no_stream", Retry.ALWAYS, false),
    /** As many HTTP/1.1 connections to the endpoint are being opened as may be, and none came to the attempt in time. */
    NO_CONNECTION("no_connection", Retry.ALWAYS, false),
    /** The connection was lost after request bytes were written and before a response head. */
    RESET_BEFORE_RESPONSE("reset_before_response", Retry.IDEMPOTENT, true),
    /**
     * The same on a connection that had served before: most likely the other side closed it as idle in that moment (RFC 9112 §9.5),
     * which says nothing about the endpoint. A fresh connection is tried first.
     */
    STALE_CONNECTION("stale_connection", Retry.IDEMPOTENT, false),
    /** The upstream reset the HTTP/2 stream before a response head: that speaks of this request, not of the endpoint. */
    STREAM_RESET("stream_reset", Retry.IDEMPOTENT, false),
    /** The HTTP/2 connection is silent and does not even answer PING: the upstream hangs, or the way to it is gone. */
    SILENT("silent", Retry.IDEMPOTENT, true),
    /** The endpoint has stopped answering anybody, and many answers are overdue; a probe will show why. */
    SUSPECTED("suspected", Retry.IDEMPOTENT, false),
    /** Another attempt at the same request, made because one was slow, was answered first: cancelled, and no failure of the endpoint. */
    OUTRUN("outrun", Retry.NEVER, false),
    /** No response head came in time. */
    FIRST_BYTE_TIMEOUT("first_byte_timeout", Retry.IDEMPOTENT, false),
    /** A retriable status (502, 503, 504) was answered by something else than one of our nodes refusing. */
    RETRIABLE_STATUS("retriable_status", Retry.IDEMPOTENT, false),
    /** The request's head is larger than what the HTTP/2 upstream says that it takes. */
    HEAD_TOO_LARGE("head_too_large", Retry.NEVER, false),
    /** The response head was not HTTP or broke a limit. */
    BAD_RESPONSE("bad_response", Retry.NEVER, false),
    /** The response began and could not be finished. */
    RESPONSE_CUT("response_cut", Retry.NEVER, false),
    /** No byte moved for too long in the middle of a body. */
    STREAM_IDLE("stream_idle", Retry.NEVER, false);

    /** Who may send the request again. */
    public enum Retry {
        /** Never. */
        NEVER,
        /** Only a request that may be repeated. */
        IDEMPOTENT,
        /** Any request: there is proof that it was not processed. */
        ALWAYS
    }

    private final String label;
    private final Retry retry;
    private final boolean endpointSuspect;

    Failure(String label, Retry retry, boolean endpointSuspect) {
        this.label = label;
        this.retry = retry;
        this.endpointSuspect = endpointSuspect;
    }

    /** The value in metrics and logs: lower case with underscores. */
    public String label() {
        return label;
    }

    /** Who may send the request again. */
    public Retry retry() {
        return retry;
    }

    /** Whether the transport failed in a way that speaks against the endpoint itself. */
    public boolean isEndpointSuspect() {
        return endpointSuspect;
    }

    /**
     * Whether sending again draws on the budget: the endpoint answers, so that all of its requests may end so. What a dead endpoint
     * loses does not, for it is found out by the first and costs no more than what was under way.
     */
    public boolean isBudgeted() {
        return switch (this) {
            case NOT_PROCESSED, REFUSED_STREAM, STREAM_RESET, SUSPECTED, FIRST_BYTE_TIMEOUT, RETRIABLE_STATUS -> true;
            case NO_ENDPOINT,
                    BULKHEAD_FULL,
                    NO_ADDRESS,
                    CONNECT_REFUSED,
                    CONNECT_TIMEOUT,
                    TLS_FAILED,
                    CONNECT_LOCAL,
                    CLOSED_BEFORE_SENT,
                    REFUSING,
                    NO_STREAM,
                    NO_CONNECTION,
                    RESET_BEFORE_RESPONSE,
                    STALE_CONNECTION,
                    SILENT,
                    OUTRUN,
                    HEAD_TOO_LARGE,
                    BAD_RESPONSE,
                    RESPONSE_CUT,
                    STREAM_IDLE -> false;
        };
    }
}
