package io.isochrone.bench.peers;

import java.io.IOException;

/** The side-by-side was told to end. Immutable. */
public final class StoppedException extends IOException {
    private static final long serialVersionUID = 1L;

    StoppedException() {
        super("stopped");
    }
}
