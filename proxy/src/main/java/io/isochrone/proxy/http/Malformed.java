package io.isochrone.proxy.http;

/**
 * Why an HTTP/2 request is malformed: its stream is reset with PROTOCOL_ERROR and nothing of it is forwarded (RFC 9113 §8.1.1).
 * Immutable.
 */
public enum Malformed {
    PSEUDO_UNKNOWN("unknown pseudo-header field (RFC 9113 8.3)"),
    PSEUDO_REPEATED("pseudo-header field is repeated (RFC 9113 8.3)"),
    PSEUDO_LATE("pseudo-header field after a regular one (RFC 9113 8.3)"),
    PSEUDO_MISSING(":method, :scheme or :path is missing (RFC 9113 8.3.1)"),
    PSEUDO_IN_TRAILER("pseudo-header field in a trailer section (RFC 9113 8.1)"),
    METHOD(":method is not a token (RFC 9110 9.1)"),
    SCHEME(":scheme is neither http nor https (RFC 9113 8.3.1)"),
    PATH(":path does not begin with a slash or has a character that is not allowed (RFC 9113 8.3.1)"),
    AUTHORITY(":authority has a character that is not allowed (RFC 9113 8.3.1)"),
    AUTHORITY_MISMATCH(":authority and Host differ (RFC 9113 8.3.1)"),
    CONNECT("CONNECT with :scheme or :path, or without :authority (RFC 9113 8.5)"),
    PROTOCOL(":protocol without CONNECT, without :authority, or with Content-Length (RFC 8441 4)"),
    NAME("field name is not a token in lower case (RFC 9113 8.2.1)"),
    VALUE("field value has a control character, or white space around it (RFC 9113 8.2.1)"),
    CONNECTION_FIELD("connection-specific field (RFC 9113 8.2.2)"),
    TE("TE is something else than trailers (RFC 9113 8.2.2)"),
    CONTENT_LENGTH("Content-Length differs from the data (RFC 9113 8.1.1)");

    private final String message;

    Malformed(String message) {
        this.message = message;
    }

    /** Which rule, with its section. */
    public String message() {
        return message;
    }
}
