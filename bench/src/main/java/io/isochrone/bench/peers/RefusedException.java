package io.isochrone.bench.peers;

import java.io.IOException;

/** A peer did not start; the message is what it said. Immutable. */
final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }
}
