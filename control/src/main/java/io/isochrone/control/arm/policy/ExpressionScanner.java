package io.isochrone.control.arm.policy;

/**
 * Finds the end of a C# expression, {@code @( … )} or {@code @{ … }}, without understanding it: brackets are balanced; those in
 * strings, characters and comments do not count.
 *
 * <p>Not thread-safe; confined to its owner.
 */
final class ExpressionScanner {
    /*
     * What hides brackets in C# 7: "…" with backslashes, @"…" with doubled quotes, $"…" and $@"…" with holes that hold code again
     * (after a colon: a format, up to the closing brace), '…', and both kinds of comments. Holes and brackets nest;
     * the depth is bounded so that no text ends the stack.
     */
    private static final int MAX_DEPTH = 200;

    private final String text;
    private final int start;
    private int at;
    private int depth;

    /** Why there is no end. Immutable. */
    static final class NoEndException extends Exception {
        private static final long serialVersionUID = 1;

        private final int index;

        NoEndException(int index, String message) {
            super(message);
            this.index = index;
        }

        /** Where what has no end begins, or what must not be there is. */
        int index() {
            return index;
        }
    }

    private ExpressionScanner(String text, int start) {
        this.text = text;
        this.start = start;
        at = start + 1;
    }

    /** Whether an expression begins at the index. */
    static boolean beginsAt(String text, int index) {
        return index + 1 < text.length()
                && text.charAt(index) == '@'
                && (text.charAt(index + 1) == '(' || text.charAt(index + 1) == '{');
    }

    /** The index behind the expression that begins at {@code start}. */
    static int end(String text, int start) throws NoEndException {
        ExpressionScanner scanner = new ExpressionScanner(text, start);
        scanner.bracket();
        return scanner.at;
    }

    /** From an opening bracket to behind its closing one. */
    private void bracket() throws NoEndException {
        int open = at;
        if (++depth > MAX_DEPTH) {
            throw new NoEndException(open, "nested too deep (expected: at most " + MAX_DEPTH + " levels)");
        }
        char close = closing(text.charAt(at++));
        code(open, close, false);
        at++;
        depth--;
    }

    /** Code up to {@code close}, which is not consumed; in a hole also up to the colon of its format. */
    private void code(int open, char close, boolean hole) throws NoEndException {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == close || hole && c == ':' && !ahead("::")) {
                return;
            }
            switch (c) {
                case '(', '[', '{' -> bracket();
                case ')', ']', '}' ->
                    throw new NoEndException(at, "'" + c + "' in an expression (expected: '" + close + "' first)");
                case '"' -> plain('"');
                case '\'' -> plain('\'');
                case '@', '$' -> prefixed();
                case '/' -> slash();
                case ':' -> at += ahead("::") ? 2 : 1;
                default -> at++;
            }
        }
        throw new NoEndException(open == start + 1 ? start : open, "no closing '" + close + "' (expected: one)");
    }

    private static char closing(char open) {
        return open == '(' ? ')' : open == '[' ? ']' : '}';
    }

    private boolean ahead(String expected) {
        return text.startsWith(expected, at);
    }

    private void prefixed() throws NoEndException {
        if (ahead("@\"")) {
            at++;
            verbatim();
        } else if (ahead("$\"")) {
            at++;
            interpolated(false);
        } else if (ahead("$@\"") || ahead("@$\"")) {
            at += 2;
            interpolated(true);
        } else {
            at++;
        }
    }

    private void slash() throws NoEndException {
        int open = at;
        if (ahead("//")) {
            while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
                at++;
            }
        } else if (ahead("/*")) {
            int end = text.indexOf("*/", at + 2);
            if (end < 0) {
                throw new NoEndException(open, "a comment without end (expected: \"*/\")");
            }
            at = end + 2;
        } else {
            at++;
        }
    }

    private void plain(char quote) throws NoEndException {
        int open = at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == quote) {
                return;
            }
            if (c == '\\') {
                at++;
            } else if (c == '\n' || c == '\r') {
                break;
            }
        }
        throw unended(open, quote);
    }

    private void verbatim() throws NoEndException {
        int open = at++;
        while (at < text.length()) {
            if (text.charAt(at++) != '"') {
                continue;
            }
            if (!ahead("\"")) {
                return;
            }
            at++;
        }
        throw unended(open, '"');
    }

    private void interpolated(boolean verbatim) throws NoEndException {
        int open = at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                if (!verbatim || !ahead("\"")) {
                    return;
                }
                at++;
            } else if (c == '\\' && !verbatim) {
                at++;
            } else if (!verbatim && (c == '\n' || c == '\r')) {
                break;
            } else if (c == '{') {
                if (ahead("{")) {
                    at++;
                } else {
                    hole();
                }
            }
        }
        throw unended(open, '"');
    }

    private void hole() throws NoEndException {
        int open = at - 1;
        if (++depth > MAX_DEPTH) {
            throw new NoEndException(open, "nested too deep (expected: at most " + MAX_DEPTH + " levels)");
        }
        code(open, '}', true);
        if (text.charAt(at) == ':') {
            at = text.indexOf('}', at);
            if (at < 0) {
                at = text.length();
                throw new NoEndException(open, "no closing '}' (expected: one)");
            }
        }
        at++;
        depth--;
    }

    private static NoEndException unended(int open, char quote) {
        return new NoEndException(open, "a text without end (expected: " + quote + " on the same line)");
    }
}
