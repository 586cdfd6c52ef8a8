package io.isochrone.config.read;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A value in the file: where it stands and under which path. Making one remembers the position of its path, which is that of the
 * key in front of it if it has one.
 *
 * <p>Not thread-safe; confined to one reading.
 */
final class Value {
    final Node node;
    final String path;
    final Reading reading;
    private final @Nullable Node key;
    private boolean isSecret;

    /** An item of a list, or the whole file. */
    Value(Node node, String path, Reading reading) {
        this(node, path, reading, null);
    }

    /** The value of a key. */
    Value(Node node, String path, Reading reading, @Nullable Node key) {
        this.node = node;
        this.key = key;
        this.path = path;
        this.reading = reading;
        reading.problems.place(path, line(key()), column(key()));
    }

    static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }

    static int column(Node node) {
        return node.getStartMark().map(Mark::getColumn).orElse(0) + 1;
    }

    /** The text of a scalar; null when this is none, or nothing. Adds no problem. */
    @Nullable
    String text() {
        return node instanceof ScalarNode scalar && !isNothing() ? scalar.getValue() : null;
    }

    /** Whether there is a key but no value. */
    boolean isNothing() {
        return Printed.isNothing(node);
    }

    /** Whether this is a mapping of keys to values. */
    boolean isMapping() {
        return node instanceof MappingNode;
    }

    /** The items of a list (nothing counts as an empty one); null with a problem when this is something else. */
    @Nullable
    List<Value> items() {
        if (isNothing()) {
            return List.of();
        }
        if (!(node instanceof SequenceNode list)) {
            problem("a list");
            return null;
        }
        List<Value> items = new ArrayList<>();
        for (Node item : list.getValue()) {
            items.add(new Value(item, path + "[" + items.size() + "]", reading));
        }
        return items;
    }

    /** Adds the problem that something else was expected here. */
    void problem(String expected) {
        problem(expected, null);
    }

    void problem(String expected, @Nullable String suggestion) {
        reading.problems.add(path, isSecret && !isNothing() ? "***" : Printed.of(node), expected, suggestion);
    }

    /** Keeps what stands here out of problems. */
    void hide() {
        isSecret = true;
    }

    /** Adds a problem that is not about what stands here but about its being here. */
    void keyProblem(String value, String expected, @Nullable String suggestion) {
        reading.problems.add(path, value, expected, suggestion);
    }

    /** Remembers this position for another spelling of the path too. */
    void alsoPlacedAt(String other) {
        reading.problems.place(other, line(key()), column(key()));
    }

    /** The key in front of this value; an item of a list has none and stands for itself. */
    Node key() {
        return key == null ? node : key;
    }
}
