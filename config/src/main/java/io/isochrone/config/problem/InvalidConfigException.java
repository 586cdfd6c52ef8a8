package io.isochrone.config.problem;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used, with all its problems in order of position; the message has a line for each. Immutable. */
public final class InvalidConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // an unmodifiable list of records; never serialised
    private final List<Problem> problems;

    /** Of at least one problem. */
    public InvalidConfigException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** What is wrong, in order of position; not empty. */
    public List<Problem> problems() {
        return problems;
    }
}
