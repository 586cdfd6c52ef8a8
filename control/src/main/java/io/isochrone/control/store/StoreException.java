package io.isochrone.control.store;

import org.jspecify.annotations.Nullable;

/** The store cannot do what it was asked: full, unreachable, damaged. The message says what an operator can do. Immutable. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With what happened underneath. */
    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
