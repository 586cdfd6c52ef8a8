package io.isochrone.control.arm.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an attribute of a policy may say.
 *
 * <p>Immutable.
 *
 * @param name as written
 * @param required whether it must be there
 * @param expressions whether an expression may stand for it
 * @param values what a literal may be
 */
record Attribute(String name, boolean required, boolean expressions, Values values) {
    /** What a literal may be. */
    interface Values {
        /** What is expected instead, or null when the literal is good. */
        @Nullable
        String expected(String literal);
    }

    /** Any text. */
    static final Values ANY = literal -> null;

    /** {@code true} or {@code false}. */
    static final Values BOOL = oneOf("true", "false");

    /** Any text but an empty one. */
    static final Values SOME = literal -> literal.isBlank() ? "not empty" : null;

    /** One of these words. */
    static Values oneOf(String... words) {
        List<String> all = List.of(words);
        return literal -> all.contains(literal) ? null : "one of " + String.join(", ", all);
    }

    /** A whole number. */
    static Values whole(long min, long max) {
        return literal -> {
            try {
                long number = Long.parseLong(literal.strip());
                if (number >= min && number <= max) {
                    return null;
                }
            } catch (NumberFormatException e) {
                // told below
            }
            return "a whole number from " + min + (max == Long.MAX_VALUE ? "" : " to " + max);
        };
    }

    /** One that may be left out. */
    static Attribute may(String name, Values values) {
        return new Attribute(name, false, true, values);
    }

    /** One that must be there. */
    static Attribute must(String name, Values values) {
        return new Attribute(name, true, true, values);
    }

    /** The same without expressions. */
    Attribute literal() {
        return new Attribute(name, required, false, values);
    }

    void check(Element element) throws PolicyException {
        String value = element.attributes.get(name);
        if (value == null) {
            if (required) {
                throw element.error("attribute '" + name + "' is missing (expected: it)");
            }
            return;
        }
        if (!expressions && Element.isExpression(value)) {
            throw element.error("attribute '" + name + "': an expression (expected: a literal)");
        }
        String expected = Element.isLiteral(value) ? values.expected(value) : null;
        if (expected != null) {
            throw element.error("attribute '" + name + "': \"" + value + "\" (expected: " + expected + ")");
        }
    }
}
