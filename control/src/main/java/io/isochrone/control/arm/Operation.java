package io.isochrone.control.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A change of a service that takes time, as it is stored under {@link io.isochrone.control.store.Keys#operation}.
 *
 * <p>Immutable.
 *
 * @param id unique
 * @param kind what it does
 * @param service the service's id
 * @param by who asked for it
 * @param started when
 * @param leaving since when locations leave; null: none does yet
 * @param finished when; null: under way
 * @param code what went wrong; null: nothing
 * @param message what went wrong, for people; null: nothing
 */
record Operation(
        String id,
        Kind kind,
        String service,
        String by,
        Instant started,
        @Nullable Instant leaving,
        @Nullable Instant finished,
        @Nullable String code,
        @Nullable String message) {
    /** What an operation does. */
    enum Kind {
        CREATE,
        UPDATE,
        DELETE
    }

    /** One that begins. */
    static Operation begin(String id, Kind kind, String service, String by, Instant now, boolean leaves) {
        return new Operation(id, kind, service, by, now, leaves ? now : null, null, null, null);
    }

    /** With locations that leave from now on. */
    Operation leaving(Instant now) {
        return new Operation(id, kind, service, by, started, now, finished, code, message);
    }

    /** Done. */
    Operation succeeded(Instant now) {
        return new Operation(id, kind, service, by, started, leaving, now, null, null);
    }

    /** Given up. */
    Operation failed(Instant now, String why, String text) {
        return new Operation(id, kind, service, by, started, leaving, now, why, text);
    }

    /** The contract's status. */
    String status() {
        if (finished == null) {
            return "InProgress";
        }
        return code == null ? "Succeeded" : "Failed";
    }

    /** As it is stored; {@link #read} of it equals this. */
    String write() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", id).put("kind", kind.name()).put("service", service).put("by", by);
        json.put("started", started.toString());
        if (leaving != null) {
            json.put("leaving", leaving.toString());
        }
        if (finished != null) {
            json.put("finished", finished.toString());
        }
        if (code != null) {
            json.put("code", code).put("message", message);
        }
        return json.toString();
    }

    /** What {@link #write} wrote. */
    static Operation read(String stored) {
        JsonNode json = Json.stored(stored);
        return new Operation(
                json.path("id").asText(),
                Kind.valueOf(json.path("kind").asText()),
                json.path("service").asText(),
                json.path("by").asText(),
                Instant.parse(json.path("started").asText()),
                time(json.path("leaving")),
                time(json.path("finished")),
                json.path("code").textValue(),
                json.path("message").textValue());
    }

    private static @Nullable Instant time(JsonNode node) {
        return node.isTextual() ? Instant.parse(node.asText()) : null;
    }
}
