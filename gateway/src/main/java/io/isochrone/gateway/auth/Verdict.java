package io.isochrone.gateway.auth;

import java.util.Locale;

/** What a subscription key is good for. Immutable. */
public enum Verdict {
    GRANTED,
    /** No key was presented. */
    MISSING,
    /** It is nobody's key. */
    UNKNOWN,
    /** Its subscription is suspended, expired or otherwise not active. */
    INACTIVE,
    /** Its subscription does not open this API. */
    OTHER_API;

    /** The value in metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
