package io.isochrone.proxy.runtime;

import org.jspecify.annotations.Nullable;

/** A listener could not be opened; the message names the address, the reason and what to do. */
public final class BindFailedException extends Exception {
    public BindFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
