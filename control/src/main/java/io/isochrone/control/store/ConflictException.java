package io.isochrone.control.store;

/** A commit's condition did not hold; nothing was changed. Immutable. */
public final class ConflictException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String key;

    /** For the key whose condition did not hold. */
    public ConflictException(String key) {
        super(key + ": changed meanwhile (expected: the revision that the change was made for)");
        this.key = key;
    }

    /** The key whose condition did not hold. */
    public String key() {
        return key;
    }
}
