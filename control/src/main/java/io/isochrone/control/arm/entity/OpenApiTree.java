package io.isochrone.control.arm.entity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.arm.ArmException;
import io.isochrone.control.arm.Json;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The JSON tree of an API's document, from JSON or YAML, as OpenAPI 3. Bounded in depth and size; aliases count each time; references
 * stay inside.
 *
 * <p>Not thread-safe; confined to its owner.
 */
final class OpenApiTree {
    private static final int MAX_DEPTH = 60;
    private static final int MAX_NODES = 300_000;

    private int nodes;

    private OpenApiTree() {}

    static ArmException wrong(String message) {
        return ArmException.invalid("properties.value", "properties.value: " + message);
    }

    /** Reads and checks; {@code format} is one of the contract's. */
    static JsonNode read(String format, String text) {
        JsonNode tree = format.equals("openapi") && !text.stripLeading().startsWith("{") ? yaml(text) : json(text);
        boolean isSwagger = format.equals("swagger-json");
        String version = tree.path(isSwagger ? "swagger" : "openapi").asText();
        if (!version.startsWith(isSwagger ? "2." : "3.")) {
            throw wrong((isSwagger ? "swagger: \"" : "openapi: \"") + version + "\" (expected: "
                    + (isSwagger ? "2.0" : "3.0.x or 3.1.x") + ")");
        }
        references(tree);
        return isSwagger ? Swagger2.converted((ObjectNode) tree) : tree;
    }

    private static JsonNode json(String text) {
        try {
            JsonNode tree = Json.stored(text);
            if (tree.isObject()) {
                return tree;
            }
        } catch (IllegalArgumentException e) {
            throw wrong("not JSON (expected: the document, nested at most 64 deep, no key twice)");
        }
        throw wrong("no object (expected: the document)");
    }

    private static JsonNode yaml(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setAllowDuplicateKeys(false)
                .setAllowRecursiveKeys(false)
                .setMaxAliasesForCollections(100)
                .setCodePointLimit(4 * 1024 * 1024)
                .build();
        Object loaded;
        try {
            loaded = new Load(settings).loadFromString(text);
        } catch (YamlEngineException | StackOverflowError e) {
            // the YAML library nests as deep as the text
            String message = e instanceof YamlEngineException ? String.valueOf(e.getMessage()) : "nested too deep";
            throw wrong("not YAML: " + message.lines().findFirst().orElse("") + " (expected: the document)");
        }
        JsonNode tree = new OpenApiTree().node(loaded, 0);
        if (tree.isObject()) {
            return tree;
        }
        throw wrong("no mapping (expected: the document)");
    }

    private JsonNode node(Object value, int depth) {
        if (++nodes > MAX_NODES || depth > MAX_DEPTH) {
            throw wrong("too large or too deep (expected: at most " + MAX_NODES + " values with aliases replaced, "
                    + MAX_DEPTH + " levels)");
        }
        if (value instanceof Map<?, ?> map) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            map.forEach((key, each) -> object.set(String.valueOf(key), node(each, depth + 1)));
            return object;
        }
        if (value instanceof Iterable<?> list) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            list.forEach(each -> array.add(node(each, depth + 1)));
            return array;
        }
        if (value instanceof Boolean truth) {
            return JsonNodeFactory.instance.booleanNode(truth);
        }
        if (value instanceof Integer || value instanceof Long) {
            return JsonNodeFactory.instance.numberNode(((Number) value).longValue());
        }
        if (value instanceof Number number) {
            return JsonNodeFactory.instance.numberNode(number.doubleValue());
        }
        return value == null
                ? JsonNodeFactory.instance.nullNode()
                : JsonNodeFactory.instance.textNode(String.valueOf(value));
    }

    /** Refuses references to other documents, wherever they stand. */
    private static void references(JsonNode tree) {
        Deque<JsonNode> open = new ArrayDeque<>();
        open.add(tree);
        while (!open.isEmpty()) {
            JsonNode next = open.removeLast();
            for (String name : new String[] {"$ref", "$dynamicRef", "externalValue", "operationRef"}) {
                JsonNode reference = next.get(name);
                if (reference != null
                        && reference.isTextual()
                        && !reference.asText().startsWith("#")) {
                    throw wrong(name + ": " + Kinds.shown(reference)
                            + " (expected: inside the document, #/…; other documents are not fetched)");
                }
            }
            next.forEach(open::add);
        }
    }
}
