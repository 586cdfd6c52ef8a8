package io.isochrone.config.model;

/** Whether a listener asks its clients for a certificate. Immutable. */
public enum ClientAuth {
    /** It does not ask. */
    NONE("none"),
    /** It asks; a client without one is served, one with a bad one is not. */
    OPTIONAL("optional"),
    /** Only clients with a good one are served. */
    REQUIRED("required");

    private final String text;

    ClientAuth(String text) {
        this.text = text;
    }

    /** The value in the configuration. */
    public String text() {
        return text;
    }
}
