package io.isochrone.config.model;

/** A version of TLS that is spoken; older ones never are (RFC 8996). Immutable. */
public enum TlsVersion {
    TLS_1_2("1.2", "TLSv1.2"),
    TLS_1_3("1.3", "TLSv1.3");

    private final String text;
    private final String protocol;

    TlsVersion(String text, String protocol) {
        this.text = text;
        this.protocol = protocol;
    }

    /** The value in the configuration. */
    public String text() {
        return text;
    }

    /** The name that TLS implementations know. */
    public String protocol() {
        return protocol;
    }
}
