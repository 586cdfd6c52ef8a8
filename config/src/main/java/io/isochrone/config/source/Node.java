package io.isochrone.config.source;

/** The node that a control plane feeds, as it tells about itself. Thread-safe: asked on the source's own threads; must not block. */
public interface Node {
    /** Who it is. */
    NodeIdentity identity();

    /** {@code starting}, {@code serving} or {@code draining}. */
    String state();

    /** What it carried since it was asked last. */
    NodeReport report();
}
