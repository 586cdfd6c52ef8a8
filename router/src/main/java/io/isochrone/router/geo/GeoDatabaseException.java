package io.isochrone.router.geo;

import org.jspecify.annotations.Nullable;

/** A database that cannot be used; the message names the file, what is wrong and what was expected. */
public final class GeoDatabaseException extends Exception {
    private static final long serialVersionUID = 1L;

    public GeoDatabaseException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
