package io.isochrone.control.arm.entity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The properties of an object that clients may write. What comes out holds them in this order, defaults filled in; others, unknown or
 * read-only, are passed over, and null means absent.
 *
 * <p>Immutable.
 *
 * @param fields in order
 */
record Schema(List<Field> fields) implements Kinds.Kind {
    Schema {
        fields = List.copyOf(fields);
    }

    /**
     * One property.
     *
     * @param name as on the wire
     * @param kind what its value may be
     * @param required whether it must be there
     * @param usual what stands for an absent one; null: it stays absent
     */
    record Field(
            String name,
            Kinds.Kind kind,
            boolean required,
            @Nullable JsonNode usual) {}

    static Schema of(Field... fields) {
        return new Schema(List.of(fields));
    }

    static Field must(String name, Kinds.Kind kind) {
        return new Field(name, kind, true, null);
    }

    static Field may(String name, Kinds.Kind kind) {
        return new Field(name, kind, false, null);
    }

    static Field usually(String name, Kinds.Kind kind, String usual) {
        return new Field(name, kind, false, JsonNodeFactory.instance.textNode(usual));
    }

    static Field usually(String name, Kinds.Kind kind, boolean usual) {
        return new Field(name, kind, false, JsonNodeFactory.instance.booleanNode(usual));
    }

    static Field usually(String name, Kinds.Kind kind, JsonNode usual) {
        return new Field(name, kind, false, usual);
    }

    Set<String> names() {
        return fields.stream().map(Field::name).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public @Nullable JsonNode read(JsonNode given, String target, Faults faults) {
        if (given instanceof ObjectNode object) {
            return object(object, target, faults);
        }
        faults.add(target, Kinds.shown(given) + " (expected: an object)");
        return null;
    }

    ObjectNode object(ObjectNode given, String target, Faults faults) {
        ObjectNode read = JsonNodeFactory.instance.objectNode();
        for (Field field : fields) {
            JsonNode value = given.get(field.name());
            String name = target + "." + field.name();
            if (value != null && !value.isNull()) {
                JsonNode good = field.kind().read(value, name, faults);
                if (good != null) {
                    read.set(field.name(), good);
                }
            } else if (field.required()) {
                faults.add(name, "missing (expected: a value)");
            } else if (field.usual() != null) {
                read.set(field.name(), field.usual().deepCopy());
            }
        }
        return read;
    }
}
