package io.isochrone.control.arm.policy;

/** A policy document that is refused, and where. Immutable. */
public final class PolicyException extends Exception {
    private static final long serialVersionUID = 1;

    private final String element;
    private final int line;
    private final int column;

    /** For the element at fault, at a line and column that count from 1; the message says what is wrong and what is expected. */
    public PolicyException(String element, int line, int column, String message) {
        super(message);
        this.element = element;
        this.line = line;
        this.column = column;
    }

    /** At an index of a text. */
    static PolicyException at(String text, int index, String element, String message) {
        int end = Math.min(index, text.length());
        int line = 1;
        int start = 0;
        for (int i = 0; i < end; i++) {
            if (text.charAt(i) == '\n') {
                line++;
                start = i + 1;
            }
        }
        return new PolicyException(element, line, end - start + 1, message);
    }

    /** The element at fault, or around the fault. */
    public String element() {
        return element;
    }

    /** From 1. */
    public int line() {
        return line;
    }

    /** The sentence that clients of the contract know: {@code Error in element 'x' on line n, column m: …}. */
    public String sentence() {
        return "Error in element '" + element + "' on line " + line + ", column " + column + ": " + getMessage();
    }
}
