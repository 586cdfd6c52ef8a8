package io.isochrone.bench.load;

/** Why a request of a load run failed. Immutable. */
public enum LoadFailure {
    CONNECT_REFUSED("connection refused"),
    CONNECT_FAILED("connection failed"),
    RESET("connection reset before the response was whole"),
    CLOSED("connection closed before the response was whole"),
    BAD_RESPONSE("not an HTTP response"),
    TIMEOUT("no whole response in time"),
    BACKLOG_FULL("not sent: too many wait for a connection"),
    AMBIGUOUS("status 502 or 504 that says the request may have been processed"),
    STATUS_4XX("status 4xx"),
    STATUS_5XX("status 5xx");

    private final String words;

    LoadFailure(String words) {
        this.words = words;
    }

    /** What happened, for people. */
    public String words() {
        return words;
    }
}
