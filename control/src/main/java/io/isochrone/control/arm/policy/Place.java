package io.isochrone.control.arm.policy;

import java.util.Locale;

/** Where a policy document holds. Immutable. */
public enum Place {
    GLOBAL,
    PRODUCT,
    API,
    OPERATION,
    /** A part that other documents include; what may stand there is not known before. */
    FRAGMENT;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
