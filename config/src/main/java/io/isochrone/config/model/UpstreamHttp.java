package io.isochrone.config.model;

/** The version of HTTP that a router speaks to gateway nodes. Immutable. */
public enum UpstreamHttp {
    HTTP_1_1("http/1.1"),
    HTTP_2("h2");

    private final String text;

    UpstreamHttp(String text) {
        this.text = text;
    }

    /** The value in the configuration. */
    public String text() {
        return text;
    }
}
