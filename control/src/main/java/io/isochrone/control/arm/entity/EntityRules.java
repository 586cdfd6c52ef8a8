package io.isochrone.control.arm.entity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.arm.ArmException;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Reply;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is special about the entities of one kind. Thread-safe. */
interface EntityRules {
    /** Nothing is special. */
    EntityRules NONE = new EntityRules() {};

    /**
     * A put or a patch under way. Not thread-safe; confined to its owner.
     *
     * @param id of the entity, as it will be stored
     * @param body the properties that the call gave
     * @param given those, laid over the stored ones for a patch; rules may change them before they are read
     * @param properties what will be stored; empty before the properties are read
     * @param existing what is there now; null: nothing
     * @param isPatch whether what the call does not give stays
     * @param faults what is wrong
     * @param imported operations of an API's document
     */
    record Draft(
            String id,
            ObjectNode body,
            ObjectNode given,
            ObjectNode properties,
            @Nullable Entity existing,
            boolean isPatch,
            Faults faults,
            List<OpenApiReader.Operation> imported) {
        /** The entity's name. */
        String name() {
            return id.substring(id.lastIndexOf('/') + 1);
        }

        /** The id of the collection that the entity is in. */
        String collection() {
            return id.substring(0, id.lastIndexOf('/'));
        }

        /** Whether a patch leaves a property as it is. */
        boolean keeps(String property) {
            return isPatch && !body.has(property);
        }

        /** A given text, or null. */
        @Nullable
        String givenText(String property) {
            JsonNode value = body.get(property);
            return value == null ? null : value.textValue();
        }
    }

    /** Before the properties are read: fills in what follows from others. */
    default void before(Edit edit, Draft draft) {}

    /** After the properties are read and each is good by itself: checks them together and against others, and adds writes. */
    default void after(Edit edit, Draft draft) {}

    /** Before the entity and all below it are deleted: refuses, or adds what goes with it. */
    default void delete(Edit edit, Entity entity, Call call) {}

    /** The properties as clients see them; {@code read} is a GET of one entity, whose secrets the caller may see when {@code open}. */
    default ObjectNode shown(Edit edit, Entity entity, Call call, boolean read) {
        return entity.properties();
    }

    /** Answers a POST to an entity, or returns null when there is no such action. */
    default @Nullable Reply act(Edit edit, Entity entity, String action, Call call) {
        return null;
    }

    /** 409 with the code Conflict. */
    static ArmException conflict(String message) {
        return new ArmException(409, "Conflict", message, null);
    }
}
