package io.isochrone.control.arm.entity;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Operations: each a method and a template of its own in the API, whose parameters are those of the template. Thread-safe: no state. */
final class OperationRules implements EntityRules {
    private static final Pattern PARAMETER = Pattern.compile("\\{\\*?([^{}/*]{1,200})}");

    static final Schema SCHEMA = Schema.of(
            Schema.must("displayName", Kinds.text(1, 300)),
            Schema.may("description", Kinds.text(0, 1000)),
            Schema.must("method", Kinds.pattern(20, "[A-Za-z0-9!#$%&'*+.^_`|~-]+", "an HTTP method")),
            Schema.must(
                    "urlTemplate",
                    Kinds.pattern(
                            1000,
                            "/(?:[^\\x00-\\x20{}\\x7f]|\\{\\*?[^{}/*]{1,200}})*",
                            "a path that begins with a slash, with parameters in braces")),
            Schema.usually(
                    "templateParameters",
                    Kinds.list(
                            0,
                            50,
                            Schema.of(
                                    Schema.must("name", Kinds.text(1, 200)),
                                    Schema.usually("type", Kinds.text(0, 50), "string"),
                                    Schema.may("description", Kinds.text(0, 2000)),
                                    Schema.may("required", Kinds.BOOL),
                                    Schema.may("defaultValue", Kinds.text(0, 1000)),
                                    Schema.may("values", Kinds.list(0, 200, Kinds.text(0, 1000))))),
                    JsonNodeFactory.instance.arrayNode()),
            Schema.may("request", Kinds.OBJECT),
            Schema.usually(
                    "responses",
                    Kinds.list(
                            0,
                            100,
                            Schema.of(
                                    Schema.must("statusCode", Kinds.whole(100, 599)),
                                    Schema.may("description", Kinds.text(0, 2000)),
                                    Schema.may("representations", Kinds.list(0, 50, Kinds.OBJECT)),
                                    Schema.may("headers", Kinds.list(0, 100, Kinds.OBJECT)))),
                    JsonNodeFactory.instance.arrayNode()));

    @Override
    public void after(Edit edit, Draft draft) {
        ObjectNode properties = draft.properties();
        finish(properties, "properties", draft.faults());
        String signature = signature(properties);
        for (Entity other : edit.members(draft.collection())) {
            if (!other.name().equalsIgnoreCase(draft.name())
                    && signature(other.properties()).equals(signature)) {
                draft.faults()
                        .add(
                                "properties.urlTemplate",
                                "operation '" + other.name()
                                        + "' has this method and template (expected: another one)");
            }
        }
    }

    /** Method and template as they are compared: no two operations of an API have the same. */
    static String signature(ObjectNode properties) {
        return properties.path("method").asText() + " "
                + properties.path("urlTemplate").asText().toLowerCase(Locale.ROOT);
    }

    /** The method in upper case; the parameters compared with the template's. */
    static void finish(ObjectNode properties, String target, Faults faults) {
        properties.put("method", properties.path("method").asText().toUpperCase(Locale.ROOT));
        Set<String> used = parametersOf(properties.path("urlTemplate").asText());
        Set<String> defined = new TreeSet<>();
        properties
                .path("templateParameters")
                .forEach(each -> defined.add(each.path("name").asText()));
        if (!used.equals(defined)) {
            faults.add(target + ".templateParameters", defined + " (expected: those of the template, " + used + ")");
        }
    }

    /** The names in braces of a template. */
    static Set<String> parametersOf(String template) {
        Set<String> used = new TreeSet<>();
        Matcher matcher = PARAMETER.matcher(template);
        while (matcher.find()) {
            used.add(matcher.group(1));
        }
        return used;
    }
}
