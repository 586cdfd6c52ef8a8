package io.isochrone.bench.report;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Horizontal bars of ratios, each with a mark where its goal is, as SVG 1.1 (W3C). Bars that would be longer than the drawing are cut;
 * their figure tells.
 *
 * <p>Immutable.
 *
 * @param rows from top to bottom
 */
record RatioPlot(List<Row> rows) {
    private static final int LEFT = 300;
    private static final int WIDTH = 520;
    private static final int RIGHT = 70;
    private static final int TOP = 58;
    private static final int PITCH = 40;
    private static final int BAR = 14;
    private static final double LEAST_SCALE = 1.5;
    private static final double MOST_SCALE = 4;

    RatioPlot {
        rows = List.copyOf(rows);
    }

    /** A figure: ours and nginx's divided by the reference's, null when unknown, and the goal of ours. Immutable. */
    record Row(
            String title, @Nullable Double ours, @Nullable Double nginx, double goal) {}

    /** The drawing, a whole XML document. */
    String svg() {
        int height = TOP + rows.size() * PITCH + 30;
        double scale = WIDTH / reach();
        StringBuilder out = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        out.append(format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0 %1$d %2$d\" "
                        + "font-family=\"sans-serif\" font-size=\"13\">\n",
                LEFT + WIDTH + RIGHT, height));
        out.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        legend(out);
        double one = LEFT + scale;
        out.append(format(
                "<line x1=\"%1$.1f\" y1=\"%2$d\" x2=\"%1$.1f\" y2=\"%3$d\" stroke=\"#999999\" stroke-dasharray=\"4 3\"/>\n",
                one, TOP - 6, height - 24));
        out.append(format(
                "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#666666\">1 = HAProxy (hops: one hop)</text>\n",
                one, height - 8));
        for (int i = 0; i < rows.size(); i++) {
            row(out, rows.get(i), TOP + i * PITCH, scale);
        }
        return out.append("</svg>\n").toString();
    }

    /** The ratio at the right end: all goals and most bars fit. */
    private double reach() {
        double most = LEAST_SCALE;
        for (Row row : rows) {
            most = Math.max(most, row.goal() * 1.1);
            most = Math.max(most, row.ours() == null ? 0 : Math.min(row.ours() * 1.1, MOST_SCALE));
        }
        return most;
    }

    private static void legend(StringBuilder out) {
        out.append(format("<text x=\"10\" y=\"22\" font-size=\"15\">Cost against HAProxy, less is better</text>\n"));
        out.append(format("<rect x=\"%d\" y=\"11\" width=\"14\" height=\"12\" fill=\"#1f5fa8\"/>", LEFT))
                .append(format("<text x=\"%d\" y=\"22\">ours</text>", LEFT + 20))
                .append(format("<rect x=\"%d\" y=\"11\" width=\"14\" height=\"12\" fill=\"#c3c9d2\"/>", LEFT + 80))
                .append(format("<text x=\"%d\" y=\"22\">nginx</text>", LEFT + 100))
                .append(format(
                        "<line x1=\"%1$d\" y1=\"9\" x2=\"%1$d\" y2=\"25\" stroke=\"#c0392b\" stroke-width=\"3\"/>",
                        LEFT + 170))
                .append(format("<text x=\"%d\" y=\"22\">goal</text>\n", LEFT + 180));
    }

    private static void row(StringBuilder out, Row row, int y, double scale) {
        out.append(format(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", LEFT - 10, y + BAR, escaped(row.title())));
        bar(out, row.ours(), y, "#1f5fa8", scale);
        bar(out, row.nginx(), y + BAR, "#c3c9d2", scale);
        out.append(format(
                "<line x1=\"%1$.1f\" y1=\"%2$d\" x2=\"%1$.1f\" y2=\"%3$d\" stroke=\"#c0392b\" stroke-width=\"3\"/>\n",
                LEFT + row.goal() * scale, y - 3, y + 2 * BAR + 3));
    }

    private static void bar(StringBuilder out, @Nullable Double ratio, int y, String colour, double scale) {
        double length = ratio == null ? 0 : Math.min(Math.max(ratio, 0) * scale, WIDTH);
        out.append(format(
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                LEFT, y, length, BAR - 1, colour));
        String text = ratio == null ? "" : format("%.2f", ratio);
        out.append(format("<text x=\"%.1f\" y=\"%d\" font-size=\"11\">%s</text>\n", LEFT + length + 5, y + 11, text));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String format(String form, Object... values) {
        return String.format(Locale.ROOT, form, values);
    }
}
