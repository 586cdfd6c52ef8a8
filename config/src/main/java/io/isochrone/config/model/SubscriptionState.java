package io.isochrone.config.model;

import java.util.Locale;

/** How a subscription is, as Azure API Management has it: only an active one opens anything. Immutable. */
public enum SubscriptionState {
    ACTIVE,
    SUSPENDED,
    SUBMITTED,
    REJECTED,
    CANCELLED,
    EXPIRED;

    /** As an operator writes it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
