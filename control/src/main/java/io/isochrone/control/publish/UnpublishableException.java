package io.isochrone.control.publish;

/** Something stored that no node could run; the message is {@code path: value (expected: …)}. Immutable. */
public final class UnpublishableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** At a path such as {@code service/contoso.primary.units}. */
    public UnpublishableException(String path, String value, String expected) {
        super(path + ": " + value + " (expected: " + expected + ")");
    }

    /** With a message that names the path already. */
    UnpublishableException(String message) {
        super(message);
    }
}
