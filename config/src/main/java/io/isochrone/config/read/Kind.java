package io.isochrone.config.read;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a key may hold: how it is called in the reference, read and printed.
 *
 * <p>Immutable.
 *
 * @param name for people, such as {@code duration, 1ms to 1h}; also what problems say was expected
 * @param reader returns the value, or null when it added a problem
 * @param printer the value as an operator would write it
 * @param fields the keys inside a mapping or inside the items of a list; empty for anything else
 */
record Kind<T>(String name, Function<Value, @Nullable T> reader, Function<T, String> printer, List<Key<?>> fields) {
    private static final String LIST = "list of ";

    Kind {
        fields = List.copyOf(fields);
    }

    /** Turns the text of a scalar into a value; throws IllegalArgumentException when it is not one. */
    interface Parser<T> {
        T parse(String text);
    }

    /** A scalar whose form breaks no rule that its parser knows. */
    static <T> Kind<T> scalar(String name, Parser<T> parser, Function<T, String> printer) {
        return new Kind<>(name, value -> parse(value, name, parser), printer, List.of());
    }

    /** A mapping with known keys. */
    static <T> Kind<T> section(List<Key<?>> fields, Function<Fields, T> reader) {
        return new Kind<>(
                "mapping",
                value -> {
                    Fields read = Fields.read(value, fields);
                    return read == null ? null : reader.apply(read);
                },
                printed -> "see below",
                fields);
    }

    /** A list of values of one kind; items that cannot be read are left out, each with its problem. */
    static <T> Kind<List<T>> list(Kind<T> item) {
        String name = item.fields.isEmpty() ? LIST + item.name : LIST + "mappings";
        return new Kind<>(name, value -> items(value, item), all -> printAll(all, item), item.fields);
    }

    private static <T> @Nullable T parse(Value value, String name, Parser<T> parser) {
        String text = value.text();
        if (text == null) {
            value.problem(name);
            return null;
        }
        try {
            return parser.parse(text);
        } catch (ExpectedException e) {
            value.problem(e.expected, e.suggestion);
        } catch (IllegalArgumentException e) {
            value.problem(name);
        }
        return null;
    }

    /** A value that may be nothing. */
    static <T> Kind<Optional<T>> optional(Kind<T> kind) {
        return new Kind<>(
                kind.name,
                value -> {
                    T read = kind.reader.apply(value);
                    return read == null ? null : Optional.of(read);
                },
                read -> read.map(kind.printer).orElse("none"),
                kind.fields);
    }

    /** Whether this is a list. */
    boolean isList() {
        return name.startsWith(LIST);
    }

    /** This kind printed otherwise in problems: {@code ***} whatever stands there. */
    Kind<T> secret() {
        return new Kind<>(
                name,
                value -> {
                    value.hide();
                    return reader.apply(value);
                },
                printer,
                fields);
    }

    private static <T> @Nullable List<T> items(Value list, Kind<T> kind) {
        List<Value> values = list.items();
        if (values == null) {
            return null;
        }
        List<T> items = new ArrayList<>();
        for (Value value : values) {
            T item = kind.reader.apply(value);
            if (item != null) {
                list.reading.problems.origin(item, value.path);
                items.add(item);
            }
        }
        return List.copyOf(items);
    }

    private static <T> String printAll(List<T> items, Kind<T> kind) {
        StringBuilder out = new StringBuilder("[");
        for (T item : items) {
            out.append(out.length() == 1 ? "" : ", ").append(kind.printer.apply(item));
        }
        return out.append("]").toString();
    }
}
