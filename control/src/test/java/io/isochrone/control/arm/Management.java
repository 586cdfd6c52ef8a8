package io.isochrone.control.arm;

import com.fasterxml.jackson.databind.JsonNode;
import io.isochrone.control.access.SecretBox;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Caller;
import io.isochrone.control.http.Reply;
import io.isochrone.control.store.Keys;
import io.isochrone.control.store.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The management contract over a store in memory, on a clock of its own, without HTTP. Not thread-safe. */
final class Management {
    static final String GROUP = "/subscriptions/sub1/resourceGroups/Rg1";
    static final String SERVICES = GROUP + "/providers/Microsoft.ApiManagement/service";
    static final String PROVIDER = "/subscriptions/sub1/providers/Microsoft.ApiManagement";
    static final Duration PATIENCE = Duration.ofMinutes(5);
    static final Duration DRAIN = Duration.ofSeconds(60);

    final MemoryStore store = new MemoryStore();
    final FakeFleet fleet = new FakeFleet();
    Instant now = Instant.parse("2026-11-25T00:00:00Z");
    Caller.Role role = Caller.Role.OPERATOR;
    Operations operations;
    private ManagementEndpoint endpoint;

    Management() {
        restart();
    }

    /** Begins anew with what is stored. */
    void restart() {
        operations = new Operations(store, fleet, () -> now, PATIENCE, DRAIN);
        SecretBox box = SecretBox.of(new byte[32]);
        endpoint = new ManagementEndpoint(
                new ServiceHandler(store, fleet, box, operations, ManagementSettings.DEFAULTS, () -> now),
                new SubscriptionHandler(store, ManagementSettings.DEFAULTS),
                (call, service, rest) ->
                        Reply.json(200, "{\"at\":\"" + service.id() + "\",\"rest\":\"" + rest + "\"}"));
    }

    Reply call(String method, String target, String body, String... headers) {
        Map<String, String> query = new LinkedHashMap<>();
        int mark = target.indexOf('?');
        query.put("api-version", "2024-05-01");
        if (mark >= 0) {
            for (String pair : target.substring(mark + 1).split("&")) {
                query.put(pair.split("=", 2)[0], pair.split("=", 2)[1]);
            }
        }
        query.values().removeIf(String::isEmpty);
        Map<String, String> all = new LinkedHashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i].toLowerCase(Locale.ROOT), headers[i + 1]);
        }
        String path = mark < 0 ? target : target.substring(0, mark);
        return endpoint.answer(new Call(
                        method,
                        path.startsWith("https://c") ? path.substring("https://c".length()) : path,
                        query,
                        all,
                        body.getBytes(StandardCharsets.UTF_8),
                        new Caller("t", role, null, null),
                        "https://c"))
                .toCompletableFuture()
                .join();
    }

    static JsonNode json(Reply reply) {
        return Json.stored(new String(reply.body(), StandardCharsets.UTF_8));
    }

    JsonNode get(String target) {
        return json(call("GET", target, ""));
    }

    static String body(String tier, int units, String additional) {
        return "{\"location\":\"West Europe\",\"sku\":{\"name\":\"" + tier + "\",\"capacity\":" + units
                + "},\"properties\":{\"publisherEmail\":\"a@example.test\",\"publisherName\":\"Contoso\","
                + "\"additionalLocations\":" + additional + "}}";
    }

    static String patch(String additional) {
        return "{\"properties\":{\"additionalLocations\":" + additional + "}}";
    }

    /** Makes a service and waits for it. */
    String service(String name, String body) {
        String id = SERVICES + "/" + name;
        Reply made = call("PUT", id, body);
        if (made.status() != 201) {
            throw new AssertionError(new String(made.body(), StandardCharsets.UTF_8));
        }
        operations.tick();
        return id;
    }

    String state(String id) {
        return get(id).path("properties").path("provisioningState").asText();
    }

    long revision(String id) {
        return store.get(Keys.resource(id)).revision();
    }

    void pass(Duration time) {
        now = now.plus(time);
        operations.tick();
    }
}
