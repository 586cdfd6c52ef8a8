package io.isochrone.control.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;

/**
 * Rows of text in aligned columns, with colours where there may be any.
 *
 * <p>Not thread-safe; confined to its owner.
 */
final class Listing {
    private final List<List<Cell>> rows = new ArrayList<>();
    private final int columns;

    /** A text with the colour that tells how good it is. */
    record Cell(String text, Style... styles) {
        /** Words of a state: green when all is well, yellow when something goes on or is off, red when something is bad. */
        static Cell state(String written) {
            String text = plain(written);
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "succeeded", "healthy", "serving", "on", "active", "success" -> new Cell(text, Style.fg_green);
                case "failed", "lost", "unhealthy", "failure", "revoked" -> new Cell(text, Style.fg_red);
                case "-", "" -> new Cell(text);
                default -> new Cell(text, Style.fg_yellow);
            };
        }
    }

    /** With these headings. */
    Listing(String... headings) {
        columns = headings.length;
        List<Cell> first = new ArrayList<>();
        for (String heading : headings) {
            first.add(new Cell(heading, Style.bold));
        }
        rows.add(first);
    }

    /** Adds a row; a cell is a {@link Cell} or anything else that is a text. */
    void row(Object... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException("cells: " + cells.length + " (expected: " + columns + ")");
        }
        List<Cell> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(cell instanceof Cell ready ? ready : new Cell(plain(String.valueOf(cell))));
        }
        rows.add(row);
    }

    boolean isEmpty() {
        return rows.size() == 1;
    }

    void print(PrintWriter out, Ansi ansi) {
        int[] widths = new int[columns];
        for (List<Cell> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        for (List<Cell> row : rows) {
            StringBuilder line = new StringBuilder();
            int blanks = 0;
            for (int i = 0; i < columns; i++) {
                Cell cell = row.get(i);
                if (!cell.text().isEmpty()) {
                    line.append(" ".repeat(blanks + 2)).append(coloured(cell, ansi));
                    blanks = 0;
                } else {
                    blanks += 2;
                }
                blanks += widths[i] - width(cell);
            }
            out.println(line);
        }
    }

    private static int width(Cell cell) {
        return cell.text().codePointCount(0, cell.text().length());
    }

    private static String coloured(Cell cell, Ansi ansi) {
        if (!ansi.enabled() || cell.styles().length == 0) {
            return cell.text();
        }
        return Style.on(cell.styles()) + cell.text() + Style.off(cell.styles());
    }

    /** What others wrote cannot steer the terminal. */
    private static String plain(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
