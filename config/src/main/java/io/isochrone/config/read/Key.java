package io.isochrone.config.read;

import org.jspecify.annotations.Nullable;

/**
 * A key of the file.
 *
 * <p>Immutable.
 *
 * @param name lower case with dashes
 * @param kind what it may hold
 * @param isRequired whether it must be there
 * @param absent what stands for a value that is absent or cannot be read; for a required key it only lets reading go on to find
 *     further problems and never leaves the reader
 * @param defaultText the default as the reference prints it
 * @param meaning for the reference
 */
record Key<T>(String name, Kind<T> kind, boolean isRequired, T absent, String defaultText, String meaning) {
    /** May be left out; {@code byDefault} then stands. */
    static <T> Key<T> optional(String name, Kind<T> kind, T byDefault, String meaning) {
        return new Key<>(name, kind, false, byDefault, kind.printer().apply(byDefault), meaning);
    }

    /** May be left out; {@code text} tells what happens then. */
    static <T> Key<T> optional(String name, Kind<T> kind, T byDefault, String text, String meaning) {
        return new Key<>(name, kind, false, byDefault, text, meaning);
    }

    /** Must be there. */
    static <T> Key<T> required(String name, Kind<T> kind, T standIn, String meaning) {
        return new Key<>(name, kind, true, standIn, "required", meaning);
    }

    /** Whether the default is a value that an operator could write, not a sentence about it. */
    boolean isPrinted() {
        return kind.fields().isEmpty() && defaultText.equals(kind.printer().apply(absent));
    }

    /** Reads what the file has for this key; {@code absent} when there is nothing or nothing readable. */
    T read(@Nullable Value value, Value around) {
        if (value == null) {
            if (isRequired) {
                String path = around.path.isEmpty() ? name : around.path + "." + name;
                around.reading.problems.addAt(
                        Value.line(around.node), Value.column(around.node), path, "missing", kind.name(), null);
            }
            return absent;
        }
        T read = kind.reader().apply(value);
        return read == null ? absent : read;
    }
}
