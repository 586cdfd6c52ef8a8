package io.isochrone.config.read;

import io.isochrone.config.problem.Problems;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * YAML text as a tree with positions, within bounds: the events are looked through first, without recursion, so that neither
 * nesting nor aliases can exhaust the composer that comes after. Thread-safe: no state.
 */
final class YamlText {
    /** Of a file. */
    static final int MAX_BYTES = 1 << 20;
    /** Of a snapshot, which a control plane put together from many items. */
    static final int MAX_SNAPSHOT_BYTES = 1 << 24;

    static final int MAX_NESTING = 20;
    static final int MAX_ALIASES = 50;

    private YamlText() {}

    /** Returns the only document of {@code text}; null with a problem added when it has none or is not YAML within the bounds. */
    static @Nullable Node compose(String text, int most, Problems problems) {
        if (text.length() > most) {
            String bound = "at most " + (most >> 20) + " MiB";
            problems.addAt(1, 1, "", text.length() + " characters", bound, null);
            return null;
        }
        String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        LoadSettings settings = LoadSettings.builder()
                .setAllowDuplicateKeys(true)
                .setAllowRecursiveKeys(false)
                .setMaxAliasesForCollections(MAX_ALIASES)
                .setCodePointLimit(most + 1)
                .setUseMarks(true)
                .build();
        try {
            if (!isWithinBounds(new Parse(settings).parseString(content), problems)) {
                return null;
            }
            Optional<Node> root = new Compose(settings).composeString(content);
            if (root.isEmpty()) {
                problems.addAt(1, 1, "", "nothing", "a configuration", null);
            }
            return root.orElse(null);
        } catch (MarkedYamlEngineException e) {
            Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
            int line = mark.map(Mark::getLine).orElse(0) + 1;
            int column = mark.map(Mark::getColumn).orElse(0) + 1;
            problems.addAt(line, column, "", "not YAML: " + Printed.plain(e.getProblem()), "YAML 1.2", null);
        } catch (ReaderException e) {
            int at = Math.min(Math.max(0, e.getPosition()), content.length());
            int line =
                    1 + (int) content.chars().limit(at).filter(c -> c == '\n').count();
            int column = at - content.lastIndexOf('\n', at - 1);
            String what = "the character U+%04X".formatted(e.getCodePoint());
            problems.addAt(line, column, "", what, "printable text in UTF-8", null);
        } catch (
                RuntimeException
                        e) { // the parser's own: whatever it stumbles over is the text's fault, not the process's
            problems.addAt(1, 1, "", "not YAML: " + Printed.plain(String.valueOf(e.getMessage())), "YAML 1.2", null);
        }
        return null;
    }

    private static boolean isWithinBounds(Iterable<Event> events, Problems problems) {
        int depth = 0;
        int aliases = 0;
        for (Event event : events) {
            if (event instanceof CollectionStartEvent start) {
                if (++depth > MAX_NESTING) {
                    return refuse(event, "nesting deeper than " + MAX_NESTING, "at most " + MAX_NESTING, problems);
                }
                if (start.getTag().isPresent()) {
                    return refuse(event, "the tag " + start.getTag().get(), "no tags", problems);
                }
            } else if (event instanceof CollectionEndEvent) {
                depth--;
            } else if (event instanceof AliasEvent && ++aliases > MAX_ALIASES) {
                return refuse(event, "more than " + MAX_ALIASES + " aliases", "at most " + MAX_ALIASES, problems);
            } else if (event instanceof ScalarEvent scalar
                    && scalar.getTag().isPresent()
                    && !scalar.getTag().get().equals("!")) {
                return refuse(event, "the tag " + scalar.getTag().get(), "no tags", problems);
            }
        }
        return true;
    }

    private static boolean refuse(Event event, String value, String expected, Problems problems) {
        int line = event.getStartMark().map(Mark::getLine).orElse(0) + 1;
        int column = event.getStartMark().map(Mark::getColumn).orElse(0) + 1;
        problems.addAt(line, column, "", Printed.plain(value), expected, null);
        return false;
    }
}
