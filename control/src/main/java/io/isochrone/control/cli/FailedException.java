package io.isochrone.control.cli;

import java.util.List;

/** A command cannot go on. The message is the line that the operator sees; the advice below it says what to do next. Immutable. */
final class FailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;
    private final transient List<String> advice;

    private FailedException(int exitCode, String message, List<String> advice) {
        super(message);
        this.exitCode = exitCode;
        this.advice = advice;
    }

    /** It ran, and the answer is bad. */
    static FailedException bad(String message, String... advice) {
        return new FailedException(Task.BAD, message, List.of(advice));
    }

    /** It was not run: wrong arguments, no token, not confirmed. */
    static FailedException usage(String message, String... advice) {
        return new FailedException(Task.USAGE, message, List.of(advice));
    }

    int exitCode() {
        return exitCode;
    }

    /** What to do next, a line each. */
    List<String> advice() {
        return advice;
    }
}
