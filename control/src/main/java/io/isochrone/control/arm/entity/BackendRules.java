package io.isochrone.control.arm.entity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.http.Call;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Backends: one URL, or a pool of others. Credentials are sealed; only operators see them, and only in a GET of the backend.
 *
 * <p>Thread-safe: no state.
 */
final class BackendRules implements EntityRules {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);

    private static final Schema CREDENTIALS = Schema.of(
            Schema.may("header", Kinds.map(32, Kinds.list(1, 32, Kinds.text(1, 4096)))),
            Schema.may("query", Kinds.map(32, Kinds.list(1, 32, Kinds.text(1, 4096)))),
            Schema.may(
                    "authorization",
                    Schema.of(
                            Schema.must("scheme", Kinds.text(1, 100)), Schema.must("parameter", Kinds.text(1, 4096)))));

    private static final Schema BREAKER = Schema.of(
            Schema.must("name", Kinds.text(1, 80)),
            Schema.must(
                    "failureCondition",
                    Schema.of(
                            Schema.may("count", Kinds.whole(1, 10_000)),
                            Schema.may("percentage", Kinds.whole(1, 100)),
                            Schema.must("interval", Kinds.duration(SECOND, DAY)),
                            Schema.may(
                                    "statusCodeRanges",
                                    Kinds.list(
                                            0,
                                            10,
                                            Schema.of(
                                                    Schema.must("min", Kinds.whole(200, 599)),
                                                    Schema.must("max", Kinds.whole(200, 599))))),
                            Schema.may("errorReasons", Kinds.list(0, 10, Kinds.text(1, 200))))),
            Schema.must("tripDuration", Kinds.duration(SECOND, DAY)),
            Schema.usually("acceptRetryAfter", Kinds.BOOL, false));

    static final Schema SCHEMA = Schema.of(
            Schema.may("title", Kinds.text(0, 300)),
            Schema.may("description", Kinds.text(0, 2000)),
            Schema.may("url", Kinds.url(2000, "http", "https")),
            Schema.may("protocol", Kinds.oneOf("http", "soap")),
            Schema.may("resourceId", Kinds.text(1, 2000)),
            Schema.may("credentials", CREDENTIALS),
            Schema.usually("tls", tls(), tls().object(JsonNodeFactory.instance.objectNode(), "", new Faults())),
            Schema.may("circuitBreaker", Schema.of(Schema.may("rules", Kinds.list(0, 15, BREAKER)))),
            Schema.usually("type", Kinds.oneOf("Single", "Pool"), "Single"),
            Schema.may(
                    "pool",
                    Schema.of(Schema.must(
                            "services",
                            Kinds.list(
                                    1,
                                    30,
                                    Schema.of(
                                            Schema.must("id", Kinds.text(1, 1000)),
                                            Schema.usually(
                                                    "priority",
                                                    Kinds.whole(0, 100),
                                                    JsonNodeFactory.instance.numberNode(0)),
                                            Schema.usually(
                                                    "weight",
                                                    Kinds.whole(0, 100),
                                                    JsonNodeFactory.instance.numberNode(1))))))));

    private static Schema tls() {
        return Schema.of(
                Schema.usually("validateCertificateChain", Kinds.BOOL, true),
                Schema.usually("validateCertificateName", Kinds.BOOL, true));
    }

    @Override
    public void after(Edit edit, Draft draft) {
        ObjectNode properties = draft.properties();
        boolean isPool = properties.path("type").asText().equals("Pool");
        for (String each : new String[] {"url", "protocol"}) {
            if (properties.has(each) == isPool) {
                draft.faults()
                        .add(
                                "properties." + each,
                                isPool ? "there (expected: none in a pool)" : "missing (expected: a value)");
            }
        }
        if (properties.has("pool") != isPool) {
            draft.faults()
                    .add(
                            "properties.pool",
                            isPool ? "missing (expected: its services)" : "there (expected: only in a pool)");
        }
        pool(edit, draft);
        breakers(properties, draft.faults());
        credentials(edit, draft);
        Entity existing = draft.existing();
        if (isPool && existing != null) {
            unused(edit, existing, "must not become a pool");
        }
    }

    private static void pool(Edit edit, Draft draft) {
        Set<String> seen = new TreeSet<>();
        int i = 0;
        for (JsonNode each : draft.properties().path("pool").path("services")) {
            String target = "properties.pool.services[" + i++ + "].id";
            String given = each.path("id").asText();
            String name = given.substring(given.lastIndexOf('/') + 1);
            String id = edit.service() + "/backends/" + name;
            boolean names = given.equalsIgnoreCase("/backends/" + name) || given.equalsIgnoreCase(id);
            Entity member = names && !id.equalsIgnoreCase(draft.id()) ? edit.get(id) : null;
            if (member == null || !member.text("type").equals("Single")) {
                draft.faults()
                        .add(target, Kinds.shown(each.path("id")) + " (expected: /backends/NAME of a single backend)");
            } else if (!seen.add(id.toLowerCase(Locale.ROOT))) {
                draft.faults().add(target, Kinds.shown(each.path("id")) + " twice (expected: once)");
            } else {
                ((ObjectNode) each).put("id", member.id());
            }
        }
    }

    private static void breakers(ObjectNode properties, Faults faults) {
        Set<String> names = new TreeSet<>();
        int i = 0;
        for (JsonNode rule : properties.path("circuitBreaker").path("rules")) {
            String target = "properties.circuitBreaker.rules[" + i++ + "]";
            JsonNode condition = rule.path("failureCondition");
            if (condition.has("count") == condition.has("percentage")) {
                faults.add(target + ".failureCondition", "count and percentage (expected: one of the two)");
            }
            for (JsonNode range : condition.path("statusCodeRanges")) {
                if (range.path("min").asInt() > range.path("max").asInt()) {
                    faults.add(target + ".failureCondition.statusCodeRanges", range + " (expected: min <= max)");
                }
            }
            if (!names.add(rule.path("name").asText())) {
                faults.add(target + ".name", Kinds.shown(rule.path("name")) + " twice (expected: once)");
            }
        }
    }

    private static void credentials(Edit edit, Draft draft) {
        JsonNode credentials = draft.properties().remove("credentials");
        boolean kept = draft.keeps("credentials")
                && draft.existing() != null
                && draft.existing().is("hasCredentials");
        draft.properties().put("hasCredentials", kept || credentials != null);
        if (credentials != null) {
            edit.putSecret(draft.id(), JsonNodeFactory.instance.objectNode().set("credentials", credentials));
        } else if (!kept) {
            edit.deleteSecret(draft.id());
        }
    }

    @Override
    public void delete(Edit edit, Entity backend, Call call) {
        unused(edit, backend, "must not go");
        PolicyUse.refuse(edit, PolicyUse.Of.BACKEND, backend.name());
    }

    private static void unused(Edit edit, Entity backend, String not) {
        String collection = backend.id().substring(0, backend.id().lastIndexOf('/'));
        for (Entity pool : edit.members(collection)) {
            for (JsonNode each : pool.properties().path("pool").path("services")) {
                if (each.path("id").asText().equalsIgnoreCase(backend.id())) {
                    throw EntityRules.conflict("Backend '" + backend.name() + "' " + not + ": it is in the pool '"
                            + pool.name() + "'. Take it out first.");
                }
            }
        }
    }

    @Override
    public ObjectNode shown(Edit edit, Entity entity, Call call, boolean read) {
        ObjectNode shown = entity.properties().deepCopy();
        shown.remove("hasCredentials");
        if (read && call.caller().mayChange() && entity.is("hasCredentials")) {
            JsonNode secret = edit.secret(entity.id());
            if (secret != null) {
                shown.set("credentials", secret.path("credentials"));
            }
        }
        return shown;
    }
}
