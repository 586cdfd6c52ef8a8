package io.isochrone.control.arm.entity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.arm.ArmException;
import io.isochrone.control.arm.Json;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Reply;
import org.jspecify.annotations.Nullable;

/**
 * Self-hosted gateways: where they are, which APIs they serve, two keys. Nodes of regions do not use them; they register with a token of
 * role <em>node</em>. Tokens signed with these keys are therefore not made: {@code generateToken} is answered with 501.
 *
 * <p>Thread-safe: no state that changes.
 */
final class GatewayRules implements EntityRules {
    static final Schema SCHEMA = Schema.of(
            Schema.may("description", Kinds.text(0, 1000)),
            Schema.must(
                    "locationData",
                    Schema.of(
                            Schema.must("name", Kinds.text(1, 256)),
                            Schema.may("city", Kinds.text(0, 256)),
                            Schema.may("district", Kinds.text(0, 256)),
                            Schema.may("countryOrRegion", Kinds.text(0, 256)))));

    private final SecretKeys keys;

    GatewayRules(SecretKeys keys) {
        this.keys = keys;
    }

    @Override
    public void after(Edit edit, Draft draft) {
        if (draft.existing() == null) {
            edit.putSecret(draft.id(), keys.pair());
        }
    }

    @Override
    public @Nullable Reply act(Edit edit, Entity entity, String action, Call call) {
        switch (action) {
            case "listkeys":
                JsonNode stored = edit.secret(entity.id());
                if (stored == null) {
                    throw ArmException.notFound(entity.id());
                }
                ObjectNode shown = JsonNodeFactory.instance.objectNode();
                shown.set("primary", stored.path("primaryKey"));
                shown.set("secondary", stored.path("secondaryKey"));
                return Reply.json(200, shown.toString());
            case "regeneratekey":
                String type = Json.body(call).path("keyType").asText();
                if (!type.equalsIgnoreCase("primary") && !type.equalsIgnoreCase("secondary")) {
                    throw ArmException.invalid("keyType", "keyType: \"" + type + "\" (expected: primary or secondary)");
                }
                return keys.replace(edit, entity, type.equalsIgnoreCase("primary") ? "primaryKey" : "secondaryKey");
            case "generatetoken":
                throw new ArmException(
                        501,
                        "NotSupported",
                        "Tokens of self-hosted gateways are not made here; nodes register with a token of role node.",
                        null);
            default:
                return null;
        }
    }
}
