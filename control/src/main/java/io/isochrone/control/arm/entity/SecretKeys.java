package io.isochrone.control.arm.entity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.http.Reply;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** Makes keys of 32 hex digits. Thread-safe when its chance is. */
final class SecretKeys {
    private final RandomGenerator random;

    SecretKeys(RandomGenerator random) {
        this.random = random;
    }

    String make() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** A primary and a secondary key. */
    ObjectNode pair() {
        return JsonNodeFactory.instance.objectNode().put("primaryKey", make()).put("secondaryKey", make());
    }

    /** Puts a new key in the place of an entity's; 204. */
    Reply replace(Edit edit, Entity entity, String key) {
        JsonNode stored = edit.secret(entity.id());
        ObjectNode sealed = stored instanceof ObjectNode pair ? pair : pair();
        sealed.put(key, make());
        edit.putSecret(entity.id(), sealed);
        edit.commit();
        return Reply.of(204);
    }
}
