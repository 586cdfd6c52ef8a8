package io.isochrone.proxy.outcome;

/** Why a client's connection was closed on accept. Immutable. */
public enum ConnectionRefusal {
    /** There are as many as there may be, or as file descriptors bear. */
    ALL("all"),
    /** The client has as many as it may have. */
    PER_CLIENT("per_client");

    private final String label;

    ConnectionRefusal(String label) {
        this.label = label;
    }

    /** The value in metrics: lower case with underscores. */
    public String label() {
        return label;
    }
}
