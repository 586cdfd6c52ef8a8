package io.isochrone.config.check;

/** Who says which nodes a location has. Immutable. */
public enum Nodes {
    /** The operator, in the file: a location that serves needs some. */
    WRITTEN,
    /** The nodes themselves, to a control plane: a location may have none yet. */
    REPORTED
}
