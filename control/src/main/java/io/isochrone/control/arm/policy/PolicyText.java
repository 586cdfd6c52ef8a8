package io.isochrone.control.arm.policy;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The two written forms of a policy document. {@code rawxml} is XML but for expressions, which stand bare where the whole of an
 * attribute's value or of a text is one: {@code condition="@(x == "a")"}. {@code xml} is well-formed, with expressions escaped.
 * Everything else is copied as it is, so nothing is lost either way: raw to XML and back gives the same text, XML to raw and back
 * the same document.
 *
 * <p>Line breaks in expressions belong to them; in the XML form of an attribute they are character references, because parsers turn
 * bare ones into blanks.
 *
 * <p>Not thread-safe; confined to its owner.
 */
public final class PolicyText {
    /** Most characters of a document. */
    public static final int MAX_LENGTH = 256 * 1024;

    private final String text;
    private final Form from;
    private final Form to;
    private final boolean keepLines;
    private final StringBuilder out;
    private int at;
    private String element = "policies";

    /** A written form. */
    public enum Form {
        XML,
        RAWXML;

        /** By its name in the contract, or null. */
        public static @Nullable Form of(String name) {
            return switch (name.toLowerCase(Locale.ROOT)) {
                case "xml" -> XML;
                case "rawxml" -> RAWXML;
                default -> null;
            };
        }

        /** Its name in the contract. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private PolicyText(String text, Form from, Form to, boolean keepLines) {
        this.text = text;
        this.from = from;
        this.to = to;
        this.keepLines = keepLines;
        out = new StringBuilder(text.length() + text.length() / 8);
    }

    /** The document in another form. Throws when its tags or expressions have no end; what else is wrong stays. */
    public static String convert(String text, Form from, Form to) throws PolicyException {
        return new PolicyText(text, from, to, false).document();
    }

    /** XML with the same lines, for finding positions; line breaks in attributes are left to the parser. */
    static String xmlForChecks(String text, Form from) throws PolicyException {
        return new PolicyText(text, from, Form.XML, true).document();
    }

    private String document() throws PolicyException {
        while (at < text.length()) {
            if (text.charAt(at) != '<') {
                text();
            } else if (text.startsWith("<!--", at)) {
                copyThrough("<!--", "-->");
            } else if (text.startsWith("<![CDATA[", at)) {
                copyThrough("<![CDATA[", "]]>");
            } else if (text.startsWith("<?", at)) {
                copyThrough("<?", "?>");
            } else if (text.startsWith("<!", at)) {
                throw error(at, "a declaration (expected: none; policy documents have no DTD and no entities)");
            } else {
                tag();
            }
        }
        return out.toString();
    }

    private void copyThrough(String open, String close) throws PolicyException {
        int end = text.indexOf(close, at + open.length());
        if (end < 0) {
            throw error(at, "no \"" + close + "\" (expected: the end of " + open + ")");
        }
        copy(end + close.length());
    }

    private void copy(int end) {
        out.append(text, at, end);
        at = end;
    }

    private void tag() throws PolicyException {
        int open = at;
        int nameEnd = at + 1;
        while (nameEnd < text.length() && !endsName(text.charAt(nameEnd))) {
            nameEnd++;
        }
        if (nameEnd > at + 1) {
            element = text.substring(at + 1, nameEnd);
        }
        copy(nameEnd);
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '>') {
                copy(at + 1);
                return;
            }
            if (c == '"' || c == '\'') {
                value(c);
            } else if (c == '<') {
                break;
            } else {
                copy(at + 1);
            }
        }
        throw error(open, "no '>' (expected: the end of the tag)");
    }

    private static boolean endsName(char c) {
        return c == '>' || c == '<' || c == '"' || c == '\'' || isBlank(c) || c == '/';
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private int behindBlanks(String in, int from) {
        int i = from;
        while (i < in.length() && isBlank(in.charAt(i))) {
            i++;
        }
        return i;
    }

    private void value(char quote) throws PolicyException {
        int open = at;
        copy(at + 1);
        int begin = behindBlanks(text, at);
        if (from == Form.RAWXML && ExpressionScanner.beginsAt(text, begin)) {
            copy(begin);
            int end = end(text, begin, -1);
            expression(text.substring(begin, end), quote);
            at = end;
            int close = behindBlanks(text, end);
            if (close >= text.length() || text.charAt(close) != quote) {
                throw error(
                        end,
                        "text behind an expression (expected: " + quote + "; a value is wholly an expression or not)");
            }
            copy(close + 1);
            return;
        }
        int close = text.indexOf(quote, at);
        if (close < 0) {
            throw error(open, "no closing " + quote + " (expected: the end of the value)");
        }
        literal(close, quote);
        copy(close + 1);
    }

    private void text() throws PolicyException {
        int begin = behindBlanks(text, at);
        if (from == Form.RAWXML && ExpressionScanner.beginsAt(text, begin)) {
            copy(begin);
            int end = end(text, begin, -1);
            expression(text.substring(begin, end), '\0');
            at = end;
            int close = behindBlanks(text, end);
            if (close < text.length() && text.charAt(close) != '<') {
                throw error(
                        close, "text behind an expression (expected: a tag; a text is wholly an expression or not)");
            }
            copy(close);
            return;
        }
        int close = text.indexOf('<', at);
        literal(close < 0 ? text.length() : close, '\0');
    }

    /** What is not a bare expression: copied, unless it is an escaped one and the other form is wanted. */
    private void literal(int end, char quote) throws PolicyException {
        String decoded = References.decode(text.substring(at, end));
        int begin = behindBlanks(decoded, 0);
        if (!ExpressionScanner.beginsAt(decoded, begin)) {
            copy(end);
            return;
        }
        if (from == Form.RAWXML) {
            throw error(at, "an expression that begins with a reference (expected: \"@(\" or \"@{\" itself)");
        }
        int expressionEnd = end(decoded, begin, at);
        if (behindBlanks(decoded, expressionEnd) < decoded.length()) {
            throw error(at, "text behind an expression (expected: none; a value is wholly an expression or not)");
        }
        if (to == Form.RAWXML) {
            out.append(decoded);
            at = end;
        } else if (keepLines || quote == '\0') {
            copy(end);
        } else {
            expression(decoded, quote);
            at = end;
        }
    }

    /** Behind the expression; errors are told at {@code position}, or where they are when that is negative. */
    private int end(String in, int begin, int position) throws PolicyException {
        try {
            return ExpressionScanner.end(in, begin);
        } catch (ExpressionScanner.NoEndException e) {
            throw error(position < 0 ? e.index() : position, "an expression has " + e.getMessage());
        }
    }

    private void expression(String code, char quote) {
        if (to == Form.RAWXML) {
            out.append(code);
        } else {
            References.encode(code, quote, keepLines, out);
        }
    }

    private PolicyException error(int index, String message) {
        return PolicyException.at(text, index, element, message);
    }
}
