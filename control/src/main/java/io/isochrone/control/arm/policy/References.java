package io.isochrone.control.arm.policy;

/** XML's character references: what stands for characters that cannot stand for themselves. Thread-safe: no state. */
final class References {
    private static final int LONGEST = 12;

    private References() {}

    /** Writes a text so that an XML parser reads the same; in an attribute with that quote, or with NUL between tags. */
    static void encode(String text, char quote, boolean keepLines, StringBuilder out) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"', '\'' -> {
                    if (c == quote) {
                        out.append(c == '"' ? "&quot;" : "&apos;");
                    } else {
                        out.append(c);
                    }
                }
                case '\n', '\r', '\t' -> {
                    if (quote == '\0' || keepLines) {
                        out.append(c);
                    } else {
                        out.append(c == '\n' ? "&#xA;" : c == '\r' ? "&#xD;" : "&#x9;");
                    }
                }
                default -> out.append(c);
            }
        }
    }

    /** The text with its references replaced; those that XML does not know stay. */
    static String decode(String text) {
        int amp = text.indexOf('&');
        if (amp < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        int at = 0;
        while (amp >= 0) {
            int limit = Math.min(text.length(), amp + LONGEST);
            int end = amp + 1;
            while (end < limit && text.charAt(end) != ';') {
                end++;
            }
            int character = end < limit ? character(text.substring(amp + 1, end)) : -1;
            if (character < 0) {
                out.append(text, at, amp + 1);
                at = amp + 1;
            } else {
                out.append(text, at, amp).appendCodePoint(character);
                at = end + 1;
            }
            amp = text.indexOf('&', at);
        }
        return out.append(text, at, text.length()).toString();
    }

    private static int character(String name) {
        switch (name) {
            case "amp":
                return '&';
            case "lt":
                return '<';
            case "gt":
                return '>';
            case "quot":
                return '"';
            case "apos":
                return '\'';
            default:
                break;
        }
        if (name.length() < 2 || name.charAt(0) != '#') {
            return -1;
        }
        boolean hex = name.charAt(1) == 'x';
        try {
            int code = Integer.parseInt(name.substring(hex ? 2 : 1), hex ? 16 : 10);
            return Character.isValidCodePoint(code) ? code : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
