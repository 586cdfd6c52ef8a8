package io.isochrone.config.read;

import io.isochrone.config.problem.Suggestion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** The values of one mapping by key. Unknown and repeated keys are problems. Not thread-safe; confined to one reading. */
final class Fields {
    final Value around;
    private final Map<String, Value> values;

    private Fields(Value around, Map<String, Value> values) {
        this.around = around;
        this.values = values;
    }

    /** The value of {@code key}, or what stands for it when it is absent or cannot be read. */
    <T> T get(Key<T> key) {
        return key.read(values.get(key.name()), around);
    }

    /** Returns the fields of a mapping (nothing counts as an empty one); null with a problem when it is something else. */
    static @Nullable Fields read(Value value, List<Key<?>> known) {
        if (value.isNothing()) {
            return new Fields(value, Map.of());
        }
        Map<String, Value> entries = entries(value);
        if (entries == null) {
            return null;
        }
        List<String> names = new ArrayList<>();
        known.forEach(key -> names.add(key.name()));
        return new Fields(value, checked(entries, names));
    }

    private static Map<String, Value> checked(Map<String, Value> entries, List<String> names) {
        Map<String, Value> values = new LinkedHashMap<>();
        entries.forEach((name, entry) -> {
            if (names.contains(name)) {
                values.put(name, entry);
            } else {
                String suggestion = Suggestion.nearest(name, names);
                entry.keyProblem("unknown key", "one of " + String.join(", ", names), suggestion);
            }
        });
        return values;
    }

    /** Returns a mapping's entries in the order of the file; null with a problem when it is none. Repeated keys are problems. */
    static @Nullable Map<String, Value> entries(Value value) {
        if (!(value.node instanceof MappingNode mapping)) {
            value.problem("a mapping");
            return null;
        }
        Map<String, Value> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Node key = tuple.getKeyNode();
            if (!(key instanceof ScalarNode scalar) || Printed.isNothing(key)) {
                value.reading.problems.addAt(
                        Value.line(key), Value.column(key), value.path, Printed.of(key), "a key", null);
                continue;
            }
            String name = Printed.plain(scalar.getValue());
            String path = value.path.isEmpty() ? name : value.path + "." + name;
            Value first = entries.get(name);
            if (first != null) {
                String expected = "each key once; it is in line " + Value.line(first.key()) + " already";
                value.reading.problems.addAt(Value.line(key), Value.column(key), path, "repeated", expected, null);
                continue;
            }
            entries.put(name, new Value(tuple.getValueNode(), path, value.reading, key));
        }
        return entries;
    }
}
