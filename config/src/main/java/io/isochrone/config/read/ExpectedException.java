package io.isochrone.config.read;

import org.jspecify.annotations.Nullable;

/** Says more exactly than the kind's name what was expected. Immutable. */
final class ExpectedException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    final String expected;
    final @Nullable String suggestion;

    ExpectedException(String expected, @Nullable String suggestion) {
        super("(expected: " + expected + ")");
        this.expected = expected;
        this.suggestion = suggestion;
    }
}
