package io.isochrone.control.arm.entity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.arm.ArmException;
import io.isochrone.control.arm.policy.Place;
import io.isochrone.control.arm.policy.PolicyDocument;
import io.isochrone.control.arm.policy.PolicyException;
import io.isochrone.control.arm.policy.PolicyText;
import io.isochrone.control.http.Call;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Policy documents and fragments: kept as they were put, after a check of all elements and of what they name; shown in the form that
 * is asked for.
 *
 * <p>Thread-safe: no state.
 */
final class PolicyRules implements EntityRules {
    private static final Schema.Field FORMAT =
            Schema.usually("format", Kinds.oneOf("xml", "rawxml", "xml-link", "rawxml-link"), "xml");
    private static final Schema.Field VALUE = Schema.must("value", Kinds.text(1, PolicyText.MAX_LENGTH));

    static final Schema SCHEMA = Schema.of(FORMAT, VALUE);
    static final Schema FRAGMENTS = Schema.of(Schema.may("description", Kinds.text(0, 1000)), FORMAT, VALUE);

    @Override
    public void after(Edit edit, Draft draft) {
        if (!draft.faults().isEmpty()) {
            return;
        }
        String format = draft.properties().path("format").asText();
        PolicyText.Form form = PolicyText.Form.of(format);
        if (form == null) {
            throw new ArmException(
                    400,
                    "NotSupported",
                    "properties.format: " + format
                            + " (expected: xml or rawxml; documents of other sites are not fetched)",
                    "properties.format");
        }
        Place place = PolicyUse.place(draft.id());
        PolicyDocument document;
        try {
            document = PolicyDocument.read(draft.properties().path("value").asText(), form, place);
        } catch (PolicyException e) {
            throw new ArmException(
                            400, "ValidationError", "One or more fields contain incorrect values:", "properties.value")
                    .and("ValidationError", e.element(), e.sentence());
        }
        references(edit, draft, document);
        if (place == Place.FRAGMENT) {
            circles(edit, draft, document);
        }
    }

    private static void references(Edit edit, Draft draft, PolicyDocument document) {
        if (!document.namedValues().isEmpty()) {
            Set<String> known = new HashSet<>();
            edit.members(edit.service() + "/namedValues").forEach(each -> known.add(each.text("displayName")));
            for (String each : new TreeSet<>(document.namedValues())) {
                if (!known.contains(each)) {
                    draft.faults().add("properties.value", "{{" + each + "}} (expected: a named value that is there)");
                }
            }
        }
        for (String each : new TreeSet<>(document.backends())) {
            named(edit, draft, "backends", each);
        }
        for (String each : new TreeSet<>(document.fragments())) {
            if (PolicyUse.place(draft.id()) != Place.FRAGMENT || !each.equalsIgnoreCase(draft.name())) {
                named(edit, draft, "policyFragments", each);
            }
        }
    }

    private static void named(Edit edit, Draft draft, String collection, String name) {
        if (!EntityTable.isName(name) || edit.get(edit.service() + "/" + collection + "/" + name) == null) {
            draft.faults().add("properties.value", collection + "/" + name + " (expected: one that is there)");
        }
    }

    /** A fragment must not include itself, neither directly nor by others. */
    private static void circles(Edit edit, Draft draft, PolicyDocument document) {
        Set<String> seen = new HashSet<>();
        Set<String> next = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        next.addAll(document.fragments());
        while (!next.isEmpty()) {
            Set<String> found = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
            for (String each : next) {
                if (each.equalsIgnoreCase(draft.name())) {
                    draft.faults().add("properties.value", "includes itself (expected: no circle of fragments)");
                    return;
                }
                if (EntityTable.isName(each) && seen.add(each.toLowerCase(Locale.ROOT))) {
                    Entity fragment = edit.get(draft.collection() + "/" + each);
                    if (fragment != null) {
                        found.addAll(PolicyUse.read(fragment).fragments());
                    }
                }
            }
            next = found;
        }
    }

    @Override
    public void delete(Edit edit, Entity entity, Call call) {
        if (PolicyUse.place(entity.id()) == Place.FRAGMENT) {
            PolicyUse.refuse(edit, PolicyUse.Of.FRAGMENT, entity.name());
        }
    }

    @Override
    public ObjectNode shown(Edit edit, Entity entity, Call call, boolean read) {
        ObjectNode shown = entity.properties().deepCopy();
        if (PolicyUse.place(entity.id()) == Place.FRAGMENT) {
            shown.put("provisioningState", "Succeeded");
        }
        String stored = entity.text("format");
        PolicyText.Form to = asked(call, stored);
        if (!to.label().equals(stored)) {
            shown.put("format", to.label()).put("value", converted(entity, to));
        }
        return shown;
    }

    /** A GET's form is {@code xml} unless it says otherwise; a PUT is answered in its own. */
    private static PolicyText.Form asked(Call call, String stored) {
        String format = call.parameter("format");
        if (call.method().equals("PUT")) {
            return PolicyText.Form.valueOf(stored.toUpperCase(Locale.ROOT));
        }
        PolicyText.Form form = format == null ? PolicyText.Form.XML : PolicyText.Form.of(format);
        if (form == null) {
            throw ArmException.invalid("format", "format: " + format + " (expected: xml or rawxml)");
        }
        return form;
    }

    private static String converted(Entity entity, PolicyText.Form to) {
        PolicyText.Form from = to == PolicyText.Form.XML ? PolicyText.Form.RAWXML : PolicyText.Form.XML;
        try {
            return PolicyText.convert(entity.text("value"), from, to);
        } catch (PolicyException e) {
            throw new IllegalArgumentException(entity.id() + ": " + e.sentence() + " (expected: what was checked)", e);
        }
    }
}
