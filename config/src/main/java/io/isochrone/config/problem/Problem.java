package io.isochrone.config.problem;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong in a file, printed as {@code file:line:column: path: value (expected: …; did you mean "x"?)}.
 *
 * <p>Immutable.
 *
 * @param file the file's name as the operator gave it
 * @param line counted from 1
 * @param column counted from 1
 * @param path the key, such as {@code apis[2].path}; empty: the file as a whole
 * @param value what stands there, as printed: text in quotes, numbers bare, secrets as {@code ***}
 * @param expected what may stand there
 * @param suggestion a known word that is close to what stands there; null: none is
 */
public record Problem(
        String file,
        int line,
        int column,
        String path,
        String value,
        String expected,
        @Nullable String suggestion) {
    /** The line for operators. */
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + (path.isEmpty() ? "" : path + ": ") + value + " (expected: "
                + expected + (suggestion == null ? "" : "; did you mean \"" + suggestion + "\"?") + ")";
    }
}
