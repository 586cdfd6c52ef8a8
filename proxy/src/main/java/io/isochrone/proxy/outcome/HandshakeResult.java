package io.isochrone.proxy.outcome;

/** How the TLS handshake of a client's connection ended. Immutable. */
public enum HandshakeResult {
    /** It was completed. */
    COMPLETED("completed"),
    /** No version, cipher suite or certificate suited both, the client gave up, or what it sent was not TLS. */
    FAILED("failed"),
    /** It was not completed in time. */
    TIMED_OUT("timed_out"),
    /** The client sent plain HTTP; it was told so. */
    PLAIN_TEXT("plain_text"),
    /** Too many handshakes were under way; the connection was closed before its own began. */
    SHED("shed");

    private final String label;

    HandshakeResult(String label) {
        this.label = label;
    }

    /** The value in metrics: lower case with underscores. */
    public String label() {
        return label;
    }
}
