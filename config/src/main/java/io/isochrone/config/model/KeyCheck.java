package io.isochrone.config.model;

/**
 * Whether an API asks its callers for a subscription key, and where they put it. The header counts before the query parameter.
 *
 * <p>Immutable.
 *
 * @param isRequired whether a request without a good key is refused
 * @param header name of the header field
 * @param query name of the query parameter
 */
public record KeyCheck(boolean isRequired, String header, String query) {
    /** No key is asked for; the names are those of Azure API Management. */
    public static final KeyCheck NONE = new KeyCheck(false, "Ocp-Apim-Subscription-Key", "subscription-key");
}
