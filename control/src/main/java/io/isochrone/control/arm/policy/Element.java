package io.isochrone.control.arm.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An element of a policy document with its position.
 *
 * <p>Not thread-safe while it is read; not changed afterwards.
 */
final class Element {
    final String name;
    private final String document;
    private final int offset;
    final Map<String, String> attributes = new LinkedHashMap<>();
    final List<Element> children = new ArrayList<>();
    final StringBuilder text = new StringBuilder();

    /** That begins at an index of the document. */
    Element(String name, String document, int offset) {
        this.name = name;
        this.document = document;
        this.offset = offset;
    }

    PolicyException error(String message) {
        return PolicyException.at(document, offset, name, message);
    }

    /** Whether a value is worked out when a call comes. */
    static boolean isExpression(String value) {
        return ExpressionScanner.beginsAt(value.strip(), 0);
    }

    /** Whether a value is known now: no expression and no named value in it. */
    static boolean isLiteral(String value) {
        return !isExpression(value) && !value.contains("{{");
    }
}
