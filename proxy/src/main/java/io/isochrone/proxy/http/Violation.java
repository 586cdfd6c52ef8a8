package io.isochrone.proxy.http;

import io.isochrone.proxy.outcome.Outcome;

/** A rule that a message broke. A message with a violation is answered and its connection closed; nothing of it is forwarded. Immutable. */
public enum Violation {
    BARE_LF(Outcome.BAD_REQUEST, "line feed without carriage return (RFC 9112 2.2)"),
    BARE_CR(Outcome.BAD_REQUEST, "carriage return without line feed (RFC 9112 2.2)"),
    REQUEST_LINE(Outcome.BAD_REQUEST, "request line is not METHOD SP TARGET SP VERSION (RFC 9112 3)"),
    METHOD(Outcome.BAD_REQUEST, "method is not a token (RFC 9110 9.1)"),
    TARGET(
            Outcome.BAD_REQUEST,
            "request target has a character that is not allowed or is of no known form (RFC 9112 3.2)"),
    AUTHORITY_MISMATCH(Outcome.BAD_REQUEST, "the target's authority differs from Host (RFC 9112 3.2.2)"),
    PATH_NOT_NORMAL(
            Outcome.BAD_REQUEST,
            "path is not in normal form: dot segment, empty segment, or encoded slash, backslash, NUL or percent (RFC 3986 6.2.2)"),
    VERSION(Outcome.BAD_REQUEST, "version is not HTTP/1.1 or HTTP/1.0 (RFC 9112 2.3)"),
    VERSION_UNSUPPORTED(Outcome.VERSION_NOT_SUPPORTED, "version is not HTTP/1.1 or HTTP/1.0 (RFC 9112 2.3)"),
    CONNECT(Outcome.NOT_IMPLEMENTED, "CONNECT is not offered (RFC 9110 9.3.6)"),
    HEADER_NAME(Outcome.BAD_REQUEST, "field name is not a token followed by a colon (RFC 9112 5.1)"),
    HEADER_VALUE(Outcome.BAD_REQUEST, "field value has a control character (RFC 9110 5.5)"),
    OBS_FOLD(Outcome.BAD_REQUEST, "field line is folded (RFC 9112 5.2)"),
    HOST_MISSING(Outcome.BAD_REQUEST, "Host is missing (RFC 9112 3.2)"),
    HOST_REPEATED(Outcome.BAD_REQUEST, "Host is repeated (RFC 9112 3.2)"),
    HOST(Outcome.BAD_REQUEST, "Host is not a host with an optional port (RFC 9110 7.2)"),
    CONTENT_LENGTH(Outcome.BAD_REQUEST, "Content-Length is not one number (RFC 9112 6.3)"),
    LENGTH_AND_CHUNKED(Outcome.BAD_REQUEST, "Content-Length with Transfer-Encoding (RFC 9112 6.3)"),
    TRANSFER_ENCODING(Outcome.BAD_REQUEST, "Transfer-Encoding does not end in chunked once (RFC 9112 6.1)"),
    TRANSFER_CODING_UNKNOWN(Outcome.NOT_IMPLEMENTED, "transfer coding other than chunked (RFC 9112 6.1)"),
    CHUNK_SIZE(Outcome.BAD_REQUEST, "chunk size is not up to 15 hexadecimal digits (RFC 9112 7.1)"),
    CHUNK_EXTENSION(Outcome.BAD_REQUEST, "chunk extension is malformed or too long (RFC 9112 7.1.1)"),
    CHUNK_END(Outcome.BAD_REQUEST, "chunk data does not end in CRLF (RFC 9112 7.1)"),
    TRAILER(
            Outcome.BAD_REQUEST,
            "trailer section is malformed, too long or names a field that may not be there (RFC 9110 6.5.1)"),
    TARGET_TOO_LONG(Outcome.TARGET_TOO_LONG, "request target too long"),
    HEAD_TOO_LARGE(Outcome.HEADERS_TOO_LARGE, "head too large"),
    TOO_MANY_FIELDS(Outcome.HEADERS_TOO_LARGE, "too many header fields"),
    EXPECTATION(Outcome.EXPECTATION_FAILED, "expectation other than 100-continue (RFC 9110 10.1.1)"),
    STATUS_LINE(Outcome.BAD_GATEWAY, "status line is not VERSION SP STATUS (RFC 9112 4)");

    private final Outcome outcome;
    private final String message;

    Violation(Outcome outcome, String message) {
        this.outcome = outcome;
        this.message = message;
    }

    /** How a request with this violation ends; a response with any violation is a bad response. */
    public Outcome outcome() {
        return outcome;
    }

    /** Which rule, with its section. */
    public String message() {
        return message;
    }
}
