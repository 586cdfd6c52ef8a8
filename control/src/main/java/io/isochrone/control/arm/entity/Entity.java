package io.isochrone.control.arm.entity;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.arm.Json;
import io.isochrone.control.store.Entry;

/**
 * An entity as it is stored. Nobody changes its properties.
 *
 * <p>Immutable.
 *
 * @param id as its creator wrote it
 * @param properties as stored
 * @param revision that wrote it; 0: not stored yet
 */
record Entity(String id, ObjectNode properties, long revision) {
    static Entity of(Entry entry) {
        if (Json.stored(entry.value()) instanceof ObjectNode document
                && document.get("properties") instanceof ObjectNode properties) {
            return new Entity(document.path("id").asText(), properties, entry.revision());
        }
        throw new IllegalArgumentException(entry.key() + ": no entity (expected: what was written)");
    }

    String name() {
        return id.substring(id.lastIndexOf('/') + 1);
    }

    String text(String property) {
        return properties.path(property).asText();
    }

    boolean is(String property) {
        return properties.path(property).asBoolean();
    }

    /** The whole document, around these properties. */
    ObjectNode document(String type, ObjectNode shown) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("id", id).put("name", name()).put("type", type);
        document.set("properties", shown);
        return document;
    }
}
