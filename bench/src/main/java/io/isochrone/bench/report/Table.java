package io.isochrone.bench.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows of text in aligned columns, for people.
 *
 * <p>Not thread-safe; confined to its owner.
 */
public final class Table {
    private final List<String> headings;
    private final List<Boolean> right = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();

    /** With these headings; one that starts with {@code >} aligns its column to the right. */
    public Table(String... headings) {
        List<String> names = new ArrayList<>();
        for (String heading : headings) {
            right.add(heading.startsWith(">"));
            names.add(heading.startsWith(">") ? heading.substring(1) : heading);
        }
        this.headings = List.copyOf(names);
    }

    /** Adds a row with a cell for each heading. */
    public Table row(Object... cells) {
        if (cells.length != headings.size()) {
            throw new IllegalArgumentException("cells: " + cells.length + " (expected: " + headings.size() + ")");
        }
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(String.valueOf(cell));
        }
        rows.add(row);
        return this;
    }

    /** The lines, headings first, each indented by two blanks and without blanks at its end. */
    public List<String> lines() {
        int[] widths = new int[headings.size()];
        measure(widths, headings);
        rows.forEach(row -> measure(widths, row));
        List<String> lines = new ArrayList<>();
        lines.add(line(widths, headings));
        rows.forEach(row -> lines.add(line(widths, row)));
        return lines;
    }

    private static void measure(int[] widths, List<String> row) {
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], width(row.get(i)));
        }
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }

    private String line(int[] widths, List<String> row) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String blanks = " ".repeat(widths[i] - width(row.get(i)));
            line.append("  ").append(right.get(i) ? blanks + row.get(i) : row.get(i) + blanks);
        }
        return line.toString().stripTrailing();
    }
}
