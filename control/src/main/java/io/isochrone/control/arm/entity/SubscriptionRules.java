package io.isochrone.control.arm.entity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.arm.ArmException;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Reply;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Subscriptions: two keys that let calls in to a product, an API or all APIs. Keys come in with a put or are made here, and go out
 * by {@code listSecrets} alone; no two subscriptions of a service share one.
 *
 * <p>Thread-safe: no state that changes.
 */
final class SubscriptionRules implements EntityRules {
    private static final Pattern SCOPE = Pattern.compile("/(apis|products)(?:/([^/]+))?/?", Pattern.CASE_INSENSITIVE);
    private static final List<String> KEYS = List.of("primaryKey", "secondaryKey");

    static final Schema SCHEMA = Schema.of(
            Schema.must("displayName", Kinds.text(1, 100)),
            Schema.must("scope", Kinds.text(1, 1000)),
            Schema.usually(
                    "state",
                    Kinds.oneOf("suspended", "active", "expired", "submitted", "rejected", "cancelled"),
                    "submitted"),
            Schema.may("ownerId", Kinds.text(1, 600)),
            Schema.may("stateComment", Kinds.text(0, 1000)),
            Schema.usually("allowTracing", Kinds.BOOL, false));

    private final SecretKeys keys;
    private final InstantSource clock;

    SubscriptionRules(SecretKeys keys, InstantSource clock) {
        this.keys = keys;
        this.clock = clock;
    }

    @Override
    public void after(Edit edit, Draft draft) {
        ObjectNode properties = draft.properties();
        String scope = scope(edit, properties.path("scope").asText(), draft.faults());
        if (scope != null) {
            properties.put("scope", scope);
        }
        Entity existing = draft.existing();
        properties.put(
                "createdDate",
                existing == null
                        ? clock.instant().truncatedTo(ChronoUnit.SECONDS).toString()
                        : existing.text("createdDate"));
        JsonNode stored = existing == null ? null : edit.secret(draft.id());
        ObjectNode sealed = JsonNodeFactory.instance.objectNode();
        for (String key : KEYS) {
            String given = given(draft, key);
            if (given != null) {
                unused(edit, draft, key, given);
                sealed.put(key, given);
            } else {
                sealed.put(key, stored == null ? keys.make() : stored.path(key).asText());
            }
        }
        if (!sealed.equals(stored)) {
            edit.putSecret(draft.id(), sealed);
        }
    }

    private static @Nullable String given(Draft draft, String key) {
        JsonNode value = draft.body().get(key);
        if (value == null || value.isNull()) {
            return null;
        }
        String target = "properties." + key;
        if (!value.isTextual() || !value.asText().matches("[\\x21-\\x7e]{1,256}")) {
            draft.faults().add(target, "not shown (expected: 1 to 256 printable ASCII characters without blanks)");
            return null;
        }
        return value.asText();
    }

    private static void unused(Edit edit, Draft draft, String key, String given) {
        for (Entity other : edit.members(draft.collection())) {
            JsonNode theirs = other.name().equalsIgnoreCase(draft.name()) ? null : edit.secret(other.id());
            if (theirs != null
                    && KEYS.stream().anyMatch(each -> theirs.path(each).asText().equals(given))) {
                draft.faults().add("properties." + key, "another subscription has it (expected: a key of its own)");
                return;
            }
        }
    }

    /** The scope as an id, or null after telling what is wrong with it. */
    private static @Nullable String scope(Edit edit, String given, Faults faults) {
        boolean whole = given.toLowerCase(Locale.ROOT).startsWith(edit.service().toLowerCase(Locale.ROOT) + "/");
        Matcher matcher = SCOPE.matcher(whole ? given.substring(edit.service().length()) : given);
        if (matcher.matches()) {
            String collection = edit.service() + "/" + matcher.group(1).toLowerCase(Locale.ROOT);
            if (matcher.group(2) == null && collection.endsWith("/apis")) {
                return collection;
            }
            if (matcher.group(2) != null) {
                Entity target = edit.get(collection + "/" + matcher.group(2));
                if (target != null) {
                    return target.id();
                }
                faults.add(
                        "properties.scope", "no " + matcher.group() + " (expected: a product or an API that is there)");
                return null;
            }
        }
        faults.add(
                "properties.scope",
                "not a scope of this service (expected: /apis, /apis/NAME or /products/NAME, or their whole id)");
        return null;
    }

    /** Deletes the subscriptions to a product or an API, and says whether there were any. */
    static boolean deleteOf(Edit edit, String scope) {
        boolean some = false;
        for (Entity each : of(edit, scope)) {
            edit.delete(each.id());
            some = true;
        }
        return some;
    }

    static List<Entity> of(Edit edit, String scope) {
        return edit.members(edit.service() + "/subscriptions").stream()
                .filter(each -> each.text("scope").equalsIgnoreCase(scope))
                .toList();
    }

    @Override
    public @Nullable Reply act(Edit edit, Entity entity, String action, Call call) {
        return switch (action) {
            case "listsecrets" -> Reply.json(200, secret(edit, entity).toString());
            case "regenerateprimarykey" -> keys.replace(edit, entity, "primaryKey");
            case "regeneratesecondarykey" -> keys.replace(edit, entity, "secondaryKey");
            default -> null;
        };
    }

    private static JsonNode secret(Edit edit, Entity entity) {
        return Objects.requireNonNullElseGet(edit.secret(entity.id()), () -> {
            throw ArmException.notFound(entity.id());
        });
    }
}
