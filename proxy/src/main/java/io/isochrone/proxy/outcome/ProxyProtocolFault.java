package io.isochrone.proxy.outcome;

/** Why a connection was closed before its PROXY protocol header was taken. Immutable. */
public enum ProxyProtocolFault {
    /** Its address is not one of those that the header is expected from. */
    UNTRUSTED("untrusted"),
    /** It began with something else than a header. */
    MISSING("missing"),
    /** It began with a header that breaks the protocol. */
    MALFORMED("malformed"),
    /** It began with a header that is longer than is taken. */
    TOO_LONG("too_long"),
    /** The header names a client that sends datagrams. */
    NOT_TCP("not_tcp"),
    /** The other side ended it within the header. */
    TRUNCATED("truncated"),
    /** The header was not whole in time. */
    TIMED_OUT("timed_out");

    private final String label;

    ProxyProtocolFault(String label) {
        this.label = label;
    }

    /** The value in metrics: lower case with underscores. */
    public String label() {
        return label;
    }
}
