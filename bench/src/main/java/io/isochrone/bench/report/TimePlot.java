package io.isochrone.bench.report;

import java.util.List;
import java.util.Locale;

/**
 * Figures over time, one panel below the other, a line for each subject, as SVG 1.1 (W3C). Each panel has its own scale from 0. A line is interrupted where a figure is
 * not a number.
 *
 * <p>Immutable.
 *
 * @param seconds at the right end
 * @param panels from top to bottom
 * @param marks moments that are marked in every panel
 */
record TimePlot(String title, double seconds, List<Panel> panels, List<Mark> marks) {
    private static final int LEFT = 90;
    private static final int WIDTH = 640;
    private static final int RIGHT = 130;
    private static final int TOP = 40;
    private static final int HEIGHT = 110;
    private static final int GAP = 34;
    private static final List<String> COLOURS = List.of("#1f5fa8", "#c0392b", "#2e8b57", "#b8860b", "#6a4c93");

    TimePlot {
        panels = List.copyOf(panels);
        marks = List.copyOf(marks);
    }

    /** A moment and what it is called. Immutable. */
    record Mark(double second, String name) {}

    /** A figure of several subjects. Immutable. */
    record Panel(String title, List<Line> lines) {
        Panel {
            lines = List.copyOf(lines);
        }
    }

    /** One subject's points in order of time. Immutable. */
    record Line(String subject, List<Point> points) {
        Line {
            points = List.copyOf(points);
        }
    }

    /** A value at a time. Immutable. */
    record Point(double second, double value) {}

    /** The drawing, a whole XML document. */
    String svg() {
        int height = TOP + panels.size() * (HEIGHT + GAP);
        StringBuilder out = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        out.append(format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0 %1$d %2$d\" "
                        + "font-family=\"sans-serif\" font-size=\"12\">\n",
                LEFT + WIDTH + RIGHT, height));
        out.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        out.append(format("<text x=\"10\" y=\"20\" font-size=\"15\">%s</text>\n", title));
        for (int i = 0; i < panels.size(); i++) {
            panel(out, panels.get(i), TOP + i * (HEIGHT + GAP));
        }
        return out.append("</svg>\n").toString();
    }

    private void panel(StringBuilder out, Panel panel, int top) {
        double most = 1;
        for (Line line : panel.lines()) {
            for (Point point : line.points()) {
                most = Math.max(most, Double.isNaN(point.value()) ? 0 : point.value());
            }
        }
        int bottom = top + HEIGHT;
        out.append(format(
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#999999\"/>\n",
                LEFT, top, WIDTH, HEIGHT));
        out.append(format("<text x=\"%d\" y=\"%d\" fill=\"#333333\">%s</text>\n", LEFT, top - 5, panel.title()));
        out.append(format("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%,.0f</text>\n", LEFT - 6, top + 10, most));
        out.append(format("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">0</text>\n", LEFT - 6, bottom));
        out.append(format(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.0f s</text>\n", LEFT + WIDTH, bottom + 14, seconds));
        for (Mark mark : marks) {
            double x = LEFT + WIDTH * Math.min(mark.second(), seconds) / Math.max(1, seconds);
            out.append(format(
                    "<path stroke=\"#777777\" stroke-dasharray=\"4 3\" d=\"M%.1f %d V%d\"><title>%s</title></path>\n",
                    x, top, bottom, mark.name()));
            out.append(format(
                    "<text x=\"%.1f\" y=\"%d\" fill=\"#777777\" font-size=\"10\">%s</text>\n",
                    x + 3, top + 11 + 11 * marks.indexOf(mark), mark.name()));
        }
        for (int i = 0; i < panel.lines().size(); i++) {
            Line line = panel.lines().get(i);
            String colour = COLOURS.get(i % COLOURS.size());
            out.append(format(
                    "<path fill=\"none\" stroke=\"%s\" stroke-width=\"1.3\" d=\"%s\"/>\n",
                    colour, path(line, most, bottom)));
            out.append(format(
                    "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>\n",
                    LEFT + WIDTH + 10, top + 14 + 16 * i, colour, line.subject()));
        }
    }

    private String path(Line line, double most, int bottom) {
        StringBuilder path = new StringBuilder();
        boolean pen = false;
        for (Point point : line.points()) {
            if (Double.isNaN(point.value())) {
                pen = false;
                continue;
            }
            double x = LEFT + WIDTH * point.second() / Math.max(1, seconds);
            double y = bottom - HEIGHT * point.value() / most;
            path.append(format("%s%.1f %.1f ", pen ? "L" : "M", x, y));
            pen = true;
        }
        return path.toString().strip();
    }

    private static String format(String form, Object... values) {
        return String.format(Locale.ROOT, form, values);
    }
}
