package io.isochrone.control.arm.entity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.arm.ArmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The {@code $filter} of lists, as much of OData as it takes:
 *
 * <pre>
 * filter     = condition *( "and" condition )                                   at most 10
 * condition  = property ( "eq" | "ne" ) literal
 *            | ( "startswith" | "contains" ) "(" property "," text ")"
 * property   = [ "properties/" ] "name" or one that the entity has
 * literal    = text | number | "true" | "false" | "null"                        text in single quotes, doubled inside
 * </pre>
 *
 * Texts are compared exactly, names without case; an absent property is null. All else is refused with 400.
 *
 * <p>Thread-safe: no state.
 */
final class Filter {
    private static final int MOST = 10;
    private static final Pattern TOKEN =
            Pattern.compile("\\s*(?:('(?:[^']|'')*+')|(-?[0-9]{1,18})|([A-Za-z][A-Za-z0-9/]*)|([(),]))\\s*");

    private final List<String> tokens = new ArrayList<>();
    private final String text;
    private final Set<String> properties;
    private int at;

    private Filter(String text, Set<String> properties) {
        this.text = text;
        this.properties = properties;
    }

    /** Reads a filter over entities with these properties; a null text keeps all. Throws 400 when it is none. */
    static Predicate<ObjectNode> of(@Nullable String text, Set<String> properties) {
        return text == null || text.isBlank() ? all -> true : new Filter(text, properties).filter();
    }

    private Predicate<ObjectNode> filter() {
        if (text.length() > 2000) {
            throw wrong("a filter of at most 2000 characters");
        }
        Matcher matcher = TOKEN.matcher(text);
        int end = 0;
        while (end < text.length()) {
            if (!matcher.find(end) || matcher.start() != end) {
                throw wrong("no other characters than a filter has, at " + end);
            }
            tokens.add(text.substring(end, matcher.end()).strip());
            end = matcher.end();
        }
        Predicate<ObjectNode> all = condition();
        int count = 1;
        while (at < tokens.size()) {
            need("and");
            if (++count > MOST) {
                throw wrong("at most " + MOST + " conditions");
            }
            all = all.and(condition());
        }
        return all;
    }

    private Predicate<ObjectNode> condition() {
        String word = next();
        boolean starts = word.equalsIgnoreCase("startswith");
        if (starts || word.equalsIgnoreCase("contains")) {
            need("(");
            String property = property(next());
            need(",");
            String part = next();
            if (!part.startsWith("'")) {
                throw wrong("a text in single quotes instead of " + part);
            }
            String wanted = folded(property, unquoted(part));
            need(")");
            return document -> {
                String value = folded(property, value(document, property).asText(""));
                return starts ? value.startsWith(wanted) : value.contains(wanted);
            };
        }
        String property = property(word);
        String operator = next().toLowerCase(Locale.ROOT);
        if (!operator.equals("eq") && !operator.equals("ne")) {
            throw wrong("eq or ne instead of " + operator);
        }
        String literal = next();
        return document -> equals(property, value(document, property), literal) == operator.equals("eq");
    }

    private static boolean equals(String property, JsonNode value, String literal) {
        if (literal.startsWith("'")) {
            return value.isTextual() && folded(property, value.asText()).equals(folded(property, unquoted(literal)));
        }
        if (literal.equalsIgnoreCase("null")) {
            return value.isMissingNode() || value.isNull();
        }
        return !value.isTextual() && value.asText().equalsIgnoreCase(literal);
    }

    private static String folded(String property, String text) {
        return property.equals("name") ? text.toLowerCase(Locale.ROOT) : text;
    }

    private static String unquoted(String literal) {
        return literal.substring(1, literal.length() - 1).replace("''", "'");
    }

    private static JsonNode value(ObjectNode document, String property) {
        return property.equals("name")
                ? document.path("name")
                : document.path("properties").path(property);
    }

    private String property(String word) {
        String name = word.startsWith("properties/") ? word.substring("properties/".length()) : word;
        for (String each : properties) {
            if (each.equalsIgnoreCase(name)) {
                return each;
            }
        }
        if (name.equalsIgnoreCase("name")) {
            return "name";
        }
        throw wrong("a property of the list instead of " + word);
    }

    private String next() {
        if (at >= tokens.size()) {
            throw wrong("more after the end");
        }
        return tokens.get(at++);
    }

    private void need(String token) {
        String found = next();
        if (!found.equalsIgnoreCase(token)) {
            throw wrong("\"" + token + "\" instead of " + found);
        }
    }

    private ArmException wrong(String expected) {
        String shown = text.length() <= 100 ? text : text.substring(0, 100) + "…";
        return ArmException.invalid(
                "$filter",
                "$filter: " + shown + " (expected: " + expected
                        + "; conditions with eq, ne, startswith(), contains(), joined by and)");
    }
}
