package io.isochrone.control.arm.entity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.arm.ArmException;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Reply;
import org.jspecify.annotations.Nullable;

/**
 * Named values: what stands in policies for <code>{{displayName}}</code>. The value of a secret one is sealed and shown by
 * {@code listValue} alone; it cannot be laid open by saying that it is no secret.
 *
 * <p>Thread-safe: no state.
 */
final class NamedValueRules implements EntityRules {
    private static final String VALUE = "value";

    static final Schema SCHEMA = Schema.of(
            Schema.must(
                    "displayName",
                    Kinds.pattern(256, "[A-Za-z0-9._-]+", "letters, digits, dashes, dots and underscores")),
            Schema.usually("tags", Kinds.list(0, 32, Kinds.text(0, 128)), JsonNodeFactory.instance.arrayNode()),
            Schema.usually("secret", Kinds.BOOL, false),
            Schema.may(VALUE, Kinds.text(1, 4096)));

    @Override
    public void before(Edit edit, Draft draft) {
        if (draft.body().hasNonNull("keyVault")) {
            throw new ArmException(
                    400,
                    "NotSupported",
                    "properties.keyVault: values of a key vault are not fetched (expected: value)",
                    "properties.keyVault");
        }
    }

    @Override
    public void after(Edit edit, Draft draft) {
        ObjectNode properties = draft.properties();
        Entity existing = draft.existing();
        boolean wasSecret = existing != null && existing.is("secret");
        boolean isSecret = properties.path("secret").asBoolean();
        JsonNode value = properties.get(VALUE);
        if (value == null && !(wasSecret && isSecret)) {
            draft.faults()
                    .add(
                            "properties.value",
                            wasSecret
                                    ? "missing (expected: a new value; a secret one is not laid open)"
                                    : "missing (expected: a value)");
        } else if (value != null && value.asText().isBlank()) {
            draft.faults().add("properties.value", "blank (expected: something)");
        }
        names(edit, draft, existing);
        if (isSecret) {
            properties.remove(VALUE);
            if (value != null) {
                edit.putSecret(draft.id(), JsonNodeFactory.instance.objectNode().set(VALUE, value));
            }
        } else if (wasSecret) {
            edit.deleteSecret(draft.id());
        }
    }

    private static void names(Edit edit, Draft draft, @Nullable Entity existing) {
        String name = draft.properties().path("displayName").asText();
        for (Entity other : edit.members(draft.collection())) {
            if (!other.name().equalsIgnoreCase(draft.name())
                    && other.text("displayName").equalsIgnoreCase(name)) {
                draft.faults()
                        .add(
                                "properties.displayName",
                                "\"" + name + "\" is the name of '" + other.name() + "' (expected: one of its own)");
            }
        }
        if (existing != null && !existing.text("displayName").equals(name)) {
            PolicyUse.refuse(edit, PolicyUse.Of.NAMED_VALUE, existing.text("displayName"));
        }
    }

    @Override
    public void delete(Edit edit, Entity value, Call call) {
        PolicyUse.refuse(edit, PolicyUse.Of.NAMED_VALUE, value.text("displayName"));
    }

    @Override
    public ObjectNode shown(Edit edit, Entity entity, Call call, boolean read) {
        return entity.properties().deepCopy().put("provisioningState", "Succeeded");
    }

    @Override
    public @Nullable Reply act(Edit edit, Entity entity, String action, Call call) {
        if (!action.equals("listvalue")) {
            return null;
        }
        JsonNode holder = entity.is("secret") ? edit.secret(entity.id()) : entity.properties();
        if (holder == null) {
            throw ArmException.notFound(entity.id());
        }
        return Reply.json(
                200,
                JsonNodeFactory.instance
                        .objectNode()
                        .set(VALUE, holder.path(VALUE))
                        .toString());
    }
}
