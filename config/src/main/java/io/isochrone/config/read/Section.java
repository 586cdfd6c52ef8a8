package io.isochrone.config.read;

import io.isochrone.config.model.Cidr;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.problem.Problems;
import io.isochrone.config.problem.Suggestion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * One mapping of the file, read key by key. A key that is asked for is known; {@link #close} makes problems of the others. A value
 * that cannot be read becomes a problem and the default stands in, so that reading goes on to the next problem.
 *
 * <p>Not thread-safe; confined to its owner.
 */
final class Section {
    private final Problems problems;
    private final String path;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();

    Section(Problems problems, String path, @Nullable Node node) {
        this.problems = problems;
        this.path = path;
        if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(this::take);
        } else if (node != null && !isEmpty(node)) {
            problems.add(path, printed(path, node), "a mapping of keys to values");
        }
    }

    private void take(NodeTuple tuple) {
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
            problems.add(path, "a key that is not a word", "a word");
            return;
        }
        String name = key.getValue();
        Mark mark = key.getStartMark().orElse(null);
        int line = mark == null ? 1 : mark.getLine() + 1;
        int column = mark == null ? 1 : mark.getColumn() + 1;
        if (values.putIfAbsent(name, tuple.getValueNode()) != null) {
            problems.addAt(line, column, at(name), "repeated", "each key once", null);
        } else {
            problems.place(at(name), line, column);
        }
    }

    String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    Problems problems() {
        return problems;
    }

    private @Nullable Node node(String key) {
        known.add(key);
        return values.get(key);
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** Makes problems of the keys that nobody asked for. */
    void close() {
        for (String key : values.keySet()) {
            if (!known.contains(key)) {
                problems.add(
                        at(key), "unknown key", "one of " + String.join(", ", known), Suggestion.nearest(key, known));
            }
        }
    }

    Section section(String key) {
        return new Section(problems, at(key), node(key));
    }

    /** The mappings of a list. */
    List<Section> sections(String key) {
        List<Section> out = new ArrayList<>();
        each(key, (itemPath, node) -> out.add(new Section(problems, itemPath, node)));
        return out;
    }

    /** The keys of a mapping that may have any. */
    List<String> keys(String key) {
        Node node = node(key);
        if (node == null || isEmpty(node)) {
            return List.of();
        }
        Section inside = new Section(problems, at(key), node);
        return List.copyOf(inside.values.keySet());
    }

    private interface Item {
        void read(String itemPath, Node node);
    }

    private void each(String key, Item item) {
        Node node = node(key);
        if (node == null || isEmpty(node)) {
            return;
        }
        if (!(node instanceof SequenceNode list)) {
            problems.add(at(key), printed(at(key), node), "a list");
            return;
        }
        int i = 0;
        for (Node child : list.getValue()) {
            String itemPath = at(key) + "[" + i++ + "]";
            place(itemPath, child);
            item.read(itemPath, child);
        }
    }

    private void place(String itemPath, Node child) {
        child.getStartMark().ifPresent(m -> problems.place(itemPath, m.getLine() + 1, m.getColumn() + 1));
    }

    /** A list whose items {@code read} turns into values; it throws IllegalArgumentException with the message to print. */
    <T> List<T> list(String key, List<T> otherwise, Function<String, T> read) {
        if (!has(key)) {
            known.add(key);
            return otherwise;
        }
        List<T> out = new ArrayList<>();
        each(key, (itemPath, node) -> {
            T value = convert(itemPath, node, read);
            if (value != null) {
                out.add(value);
                problems.origin(value, itemPath);
            }
        });
        return out;
    }

    private <T> @Nullable T convert(String where, Node node, Function<String, T> read) {
        if (!(node instanceof ScalarNode scalar)) {
            problems.add(where, printed(where, node), "a single value");
            return null;
        }
        try {
            return read.apply(scalar.getValue());
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            int expected = message.indexOf(" (expected: ");
            if (expected < 0) {
                problems.add(where, printed(where, node), message);
            } else {
                problems.add(where, printed(where, node), message.substring(expected + 12, message.length() - 1));
            }
            return null;
        }
    }

    <T> @Nullable T valueOrNull(String key, Function<String, T> read) {
        Node node = node(key);
        return node == null || isEmpty(node) ? null : convert(at(key), node, read);
    }

    <T> T value(String key, T otherwise, Function<String, T> read) {
        T value = valueOrNull(key, read);
        return value == null ? otherwise : value;
    }

    /** A value that must be there; {@code standIn} lets reading go on when it is not. */
    <T> T required(String key, T standIn, String expected, Function<String, T> read) {
        if (!has(key)) {
            known.add(key);
            problems.add(at(key), "missing", expected);
            return standIn;
        }
        return value(key, standIn, read);
    }

    /** Whether the value of the key is a mapping. */
    boolean isMapping(String key) {
        return values.get(key) instanceof MappingNode;
    }

    int number(String key, int otherwise, int min, int max) {
        return value(key, otherwise, text -> {
            try {
                int n = Integer.parseInt(text);
                if (n >= min && n <= max) {
                    return n;
                }
            } catch (NumberFormatException e) {
                // the message below says what was expected
            }
            throw new IllegalArgumentException("a whole number from " + min + " to " + max);
        });
    }

    double decimal(String key, double min, double max) {
        return required(key, 0.0, "a number from " + min + " to " + max, text -> {
            try {
                double n = Double.parseDouble(text);
                if (n >= min && n <= max) {
                    return n;
                }
            } catch (NumberFormatException e) {
                // the message below says what was expected
            }
            throw new IllegalArgumentException("a number from " + min + " to " + max);
        });
    }

    boolean flag(String key, boolean otherwise) {
        return value(key, otherwise, text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("true or false");
        });
    }

    Duration duration(String key, Duration otherwise) {
        return value(key, otherwise, text -> {
            Duration d = Values.duration(text);
            if (d == null || d.isZero()) {
                throw new IllegalArgumentException("a time from 1ms to 24h, such as 250ms, 5s or 1m");
            }
            return d;
        });
    }

    long bytes(String key, long otherwise, long min, long max) {
        return value(key, otherwise, text -> {
            Long n = Values.bytes(text);
            if (n == null || n < min || n > max) {
                throw new IllegalArgumentException(
                        "a size from " + min + " to " + max + " bytes, such as 64KiB or 4GiB");
            }
            return n;
        });
    }

    HostPort hostPort(String key, HostPort otherwise) {
        return value(key, otherwise, HostPort::parse);
    }

    List<Cidr> cidrs(String key, List<Cidr> otherwise) {
        return list(key, otherwise, Cidr::parse);
    }

    private static boolean isEmpty(Node node) {
        return node instanceof ScalarNode scalar
                && (scalar.getValue().isEmpty() || scalar.getValue().equals("null"));
    }

    private static String printed(String where, Node node) {
        if (node instanceof ScalarNode scalar) {
            return where.contains("secret") ? "***" : "\"" + scalar.getValue() + "\"";
        }
        return node instanceof SequenceNode ? "a list" : "a mapping";
    }
}
