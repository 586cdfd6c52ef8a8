package io.isochrone.control.arm.entity;

import com.fasterxml.jackson.databind.JsonNode;
import io.isochrone.control.access.SecretBox;
import io.isochrone.control.arm.ArmException;
import io.isochrone.control.arm.Json;
import io.isochrone.control.arm.ServicePath;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Caller;
import io.isochrone.control.http.Reply;
import io.isochrone.control.store.Change;
import io.isochrone.control.store.Keys;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Calls entities of one service as clients do; errors come back as replies. Not thread-safe. */
final class Desk {
    static final ServicePath SERVICE = new ServicePath("s1", "Group", "Apim1");
    static final SecretBox BOX = SecretBox.of(new byte[32]);

    final FakeStore store;
    final Entities entities;
    Caller.Role role = Caller.Role.OPERATOR;

    Desk(FakeStore store, Entities entities) {
        this.store = store;
        this.entities = entities;
    }

    Desk() {
        store = new FakeStore();
        entities = new Entities(store, BOX, new Random(1), () -> Instant.parse("2026-11-23T16:00:00.123Z"));
        store.commit(Change.by(null).put(Keys.resource(SERVICE.id()), "{}").build());
    }

    /** What came back. */
    record Answer(int status, Map<String, String> headers, String body) {
        JsonNode json() {
            return Json.stored(body);
        }

        JsonNode properties() {
            return json().path("properties");
        }

        String etag() {
            return headers.get("ETag");
        }

        String code() {
            return json().path("error").path("code").asText();
        }

        String message() {
            return json().path("error").path("message").asText();
        }
    }

    Answer put(String path, String properties, String... headers) {
        return call("PUT", path, properties.isEmpty() ? "" : "{\"properties\":" + properties + "}", headers);
    }

    Answer patch(String path, String properties, String... headers) {
        return call("PATCH", path, "{\"properties\":" + properties + "}", headers);
    }

    Answer get(String path) {
        return call("GET", path, "");
    }

    Answer delete(String path) {
        return call("DELETE", path, "", "If-Match", "*");
    }

    /** The path begins below the service and may end with a query, not encoded; header names and values alternate. */
    Answer call(String method, String path, String body, String... headers) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("api-version", "2024-05-01");
        String[] parts = path.split("\\?", 2);
        if (parts.length > 1) {
            for (String each : parts[1].split("&")) {
                String[] pair = each.split("=", 2);
                query.put(pair[0], pair[1]);
            }
        }
        Map<String, String> byName = new LinkedHashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            byName.put(headers[i].toLowerCase(java.util.Locale.ROOT), headers[i + 1]);
        }
        Call call = new Call(
                method,
                SERVICE.id() + "/" + parts[0],
                query,
                byName,
                body.getBytes(StandardCharsets.UTF_8),
                new Caller("ann", role, null, null),
                "https://localhost:8443");
        try {
            return answer(entities.answer(call, SERVICE, List.of(parts[0].split("/", -1))));
        } catch (ArmException e) {
            return answer(e.reply());
        }
    }

    private static Answer answer(Reply reply) {
        return new Answer(reply.status(), reply.headers(), new String(reply.body(), StandardCharsets.UTF_8));
    }
}
