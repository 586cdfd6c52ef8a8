package io.isochrone.config.read;

import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** How values look in problems. Thread-safe: no state. */
final class Printed {
    private static final int LONGEST = 80;

    private Printed() {}

    /** Numbers and booleans bare, text in quotes, collections by kind only. */
    static String of(Node node) {
        if (node instanceof ScalarNode scalar) {
            if (isNothing(node)) {
                return "nothing";
            }
            boolean bare = scalar.getScalarStyle() == ScalarStyle.PLAIN
                    && !scalar.getTag().equals(Tag.STR);
            return bare ? plain(scalar.getValue()) : quoted(scalar.getValue());
        }
        return node instanceof MappingNode ? "a mapping" : "a list";
    }

    /** In quotes, one line, at most 80 characters. */
    static String quoted(String text) {
        return '"' + plain(text) + '"';
    }

    /** One line, at most 80 characters. */
    static String plain(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (i == LONGEST) {
                return out.append('…').toString();
            }
            out.append(
                    Character.isISOControl(c) || Character.isSurrogate(c) || c == '\u2028' || c == '\u2029' ? '?' : c);
        }
        return out.toString();
    }

    /** Whether the file has a key here but no value. */
    static boolean isNothing(Node node) {
        return node instanceof ScalarNode && node.getTag().equals(Tag.NULL);
    }
}
