package io.isochrone.control.arm.entity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.arm.ArmException;
import io.isochrone.control.arm.entity.EntityRules.Draft;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The import of an API from a document in the body of its put: what the body does not say comes from the document, and the API has the
 * document's operations afterwards, no others. Those that stay the same are not written, so their ETags stay too.
 *
 * <p>Thread-safe: no state.
 */
final class OpenApiImport {
    private static final Set<String> FORMATS = Set.of("openapi", "openapi+json", "swagger-json");

    private OpenApiImport() {}

    /** Reads the document and fills in what the body does not say; without a document nothing happens. */
    static void before(Edit edit, Draft draft) {
        boolean hasFormat = draft.body().hasNonNull("format");
        if (draft.isPatch() || !hasFormat && !draft.body().hasNonNull("value")) {
            return;
        }
        String format = String.valueOf(draft.givenText("format")).toLowerCase(Locale.ROOT);
        if (!FORMATS.contains(format)) {
            throw new ArmException(
                    400,
                    "NotSupported",
                    "properties.format: "
                            + (hasFormat ? Kinds.shown(draft.body().path("format")) : "missing")
                            + " (expected: one of " + String.join(", ", new TreeSet<>(FORMATS))
                            + "; documents of other sites are not fetched)",
                    "properties.format");
        }
        String text = draft.givenText("value");
        if (text == null) {
            throw ArmException.invalid(
                    "properties.value", "properties.value: missing (expected: the document as a text)");
        }
        OpenApiReader.Document document = OpenApiReader.read(format, text);
        draft.imported().addAll(document.operations());
        fill(draft.given(), "displayName", document.title());
        fill(draft.given(), "description", document.description());
        fill(draft.given(), "serviceUrl", document.serviceUrl());
    }

    private static void fill(ObjectNode given, String property, String value) {
        if (!given.hasNonNull(property) && !value.isEmpty()) {
            given.put(property, value);
        }
    }

    /** Writes the operations. */
    static void after(Edit edit, Draft draft) {
        if (draft.isPatch() || !draft.body().hasNonNull("format")) {
            return;
        }
        String collection = draft.id() + "/operations";
        Map<String, Entity> stale = new HashMap<>();
        for (Entity each : draft.existing() == null ? List.<Entity>of() : edit.members(collection)) {
            stale.put(each.name().toLowerCase(Locale.ROOT), each);
        }
        Set<String> templates = new TreeSet<>();
        for (OpenApiReader.Operation each : draft.imported()) {
            String target = "properties.value.paths(" + each.name() + ")";
            ObjectNode properties = OperationRules.SCHEMA.object(each.properties(), target, draft.faults());
            OperationRules.finish(properties, target, draft.faults());
            String template = OperationRules.signature(properties);
            if (!templates.add(template)) {
                draft.faults().add(target, template + " twice (expected: once)");
            }
            Entity there = stale.remove(each.name().toLowerCase(Locale.ROOT));
            if (draft.faults().isEmpty() && (there == null || !same(there.properties(), properties))) {
                edit.put(
                        new Entity(there == null ? collection + "/" + each.name() : there.id(), properties, 0),
                        EntityTable.type("apis/operations"));
            }
        }
        stale.values().forEach(each -> edit.delete(each.id()));
    }

    private static boolean same(JsonNode stored, JsonNode read) {
        return stored.toString().equals(read.toString());
    }
}
