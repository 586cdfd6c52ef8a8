package io.isochrone.proxy.runtime;

/** A listener could not be opened; the message names the address, the reason and what to do. */
public final class BindFailedException extends Exception {
    public BindFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
