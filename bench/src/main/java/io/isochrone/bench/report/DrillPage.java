package io.isochrone.bench.report;

import io.isochrone.bench.drill.DrillFigures;
import io.isochrone.bench.drill.DrillResult;
import io.isochrone.bench.drill.Goal;
import io.isochrone.bench.load.Sample;
import io.isochrone.bench.report.TimePlot.Line;
import io.isochrone.bench.report.TimePlot.Mark;
import io.isochrone.bench.report.TimePlot.Panel;
import io.isochrone.bench.report.TimePlot.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Drills as a page in Markdown, each with a timeline as SVG. Thread-safe: no state. */
public final class DrillPage {
    private static final long WINDOW_NANOS = 250_000_000;

    private DrillPage() {}

    /** The page; each timeline is expected beside it as NAME.svg. */
    public static String markdown(List<DrillReport> reports, String command) {
        StringBuilder out = new StringBuilder("# Failover drills\n\n");
        out.append("Command `").append(command).append("`.\n\n");
        out.append(
                "*Above distance*: latency without the simulated round trip between the client and the region that served it; a failed request's counts"
                        + " whole. Counts are of the worst run, latencies of the middle one.\n\n");
        out.append(
                "| drill | failed | worst above distance, ms | above the way travelled, ms | over 50 ms | executed twice | goals |\n");
        out.append("|---|---|---|---|---|---|---|\n");
        for (DrillReport report : reports) {
            DrillFigures middle = report.middle();
            out.append(String.format(
                    Locale.ROOT,
                    "| [%1$s](#%1$s) | %2$s | %3$s | %4$s | %5$s | %6$s | %7$s |%n",
                    report.drill().name(),
                    each(report, DrillFigures::failed),
                    Figures.millis(middle.worstNanos()),
                    Figures.millis(middle.worstAboveTravelNanos()),
                    each(report, DrillFigures::slow),
                    each(report, DrillFigures::executedTwice),
                    report.isGood() ? "met" : "**missed**"));
        }
        reports.forEach(report -> section(out, report));
        return out.toString();
    }

    private static String each(DrillReport report, java.util.function.ToLongFunction<DrillFigures> figure) {
        return Figures.count(report.runs().stream().mapToLong(figure).max().orElse(0));
    }

    private static void section(StringBuilder out, DrillReport report) {
        String name = report.drill().name();
        out.append("\n## ").append(name).append("\n\n");
        out.append(report.drill().target().words())
                .append(": ")
                .append(report.drill().about());
        out.append(". ").append(report.drill().load().words()).append(".\n\n");
        out.append("| goal | measured | |\n|---|---|---|\n");
        for (Goal goal : report.drill().goals()) {
            out.append("| ")
                    .append(goal.words())
                    .append(" | ")
                    .append(report.runs().stream().map(goal.measured()).collect(Collectors.joining(" / ")))
                    .append(" | ")
                    .append(report.isMet(goal) ? "met" : "**missed**")
                    .append(" |\n");
        }
        out.append("\n![").append(name).append("](").append(name).append(".svg)\n");
    }

    /** Throughput by region, latency, failures by cause, and attempts beyond the first, over time. */
    public static String timeline(DrillFigures figures) {
        DrillResult result = figures.result();
        double seconds = result.plan().times().duration().toNanos() / 1e9;
        int windows = (int) (result.plan().times().duration().toNanos() / WINDOW_NANOS);
        Map<String, long[]> served = new TreeMap<>();
        Map<String, long[]> failed = new TreeMap<>();
        List<List<Long>> latencies = new ArrayList<>();
        for (int i = 0; i < windows; i++) {
            latencies.add(new ArrayList<>());
        }
        for (Sample sample : result.samples()) {
            int window = (int) (sample.dueNanos() / WINDOW_NANOS);
            if (window >= windows) {
                continue;
            }
            String region = sample.region() == null ? "none" : sample.region();
            if (sample.failure() == null) {
                served.computeIfAbsent(region, unused -> new long[windows])[window]++;
                latencies.get(window).add(figures.aboveNanos(sample));
            } else {
                String cause = sample.failure().name().toLowerCase(Locale.ROOT).replace('_', ' ');
                failed.computeIfAbsent(cause, unused -> new long[windows])[window]++;
            }
        }
        List<Panel> panels = new ArrayList<>();
        panels.add(new Panel("served by region, requests/s", rates(served)));
        panels.add(new Panel(
                "latency above distance, ms",
                List.of(
                        percentile("p50", latencies, 0.5),
                        percentile("p99", latencies, 0.99),
                        percentile("worst", latencies, 1))));
        panels.add(new Panel(
                "failed, requests/s", failed.isEmpty() ? List.of(new Line("none", List.of())) : rates(failed)));
        panels.add(new Panel("attempts of the router beyond the first, 1/s", List.of(retries(result))));
        return new TimePlot(
                        result.plan().drill().name() + ": "
                                + result.plan().drill().about(),
                        seconds,
                        panels,
                        List.of(
                                new Mark(result.faultNanos() / 1e9, "fault"),
                                new Mark(result.healNanos() / 1e9, "healed"),
                                new Mark(result.answersNanos() / 1e9, "answers")))
                .svg();
    }

    private static List<Line> rates(Map<String, long[]> counts) {
        List<Line> lines = new ArrayList<>();
        counts.forEach((subject, windows) -> {
            List<Point> points = new ArrayList<>();
            for (int i = 0; i < windows.length; i++) {
                points.add(new Point(middle(i), windows[i] * 1e9 / WINDOW_NANOS));
            }
            lines.add(new Line(subject, points));
        });
        return lines;
    }

    private static Line percentile(String name, List<List<Long>> windows, double share) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < windows.size(); i++) {
            long[] sorted = windows.get(i).stream().mapToLong(Long::longValue).toArray();
            Arrays.sort(sorted);
            double value = sorted.length == 0 ? Double.NaN : sorted[(int) ((sorted.length - 1) * share)] / 1e6;
            points.add(new Point(middle(i), value));
        }
        return new Line(name, points);
    }

    private static double middle(int window) {
        return (window + 0.5) * WINDOW_NANOS / 1e9;
    }

    private static Line retries(DrillResult result) {
        List<Point> points = new ArrayList<>();
        for (int i = 1; i < result.meters().size(); i++) {
            DrillResult.Meter before = result.meters().get(i - 1);
            DrillResult.Meter now = result.meters().get(i);
            double more = (now.attempts() - before.attempts()) - (now.requests() - before.requests());
            double length = Math.max(1e-3, (now.nanos() - before.nanos()) / 1e9);
            points.add(new Point(
                    Math.min(now.nanos() / 1e9, result.plan().times().duration().toNanos() / 1e9),
                    Math.max(0, more / length)));
        }
        return new Line("router", points);
    }

    /** Every request of a run as comma-separated values, in the order in which they were due. */
    public static String samples(DrillFigures figures) {
        StringBuilder out = new StringBuilder("due_ms,latency_ms,above_distance_ms,status,region,client,failure\n");
        List<Sample> samples = new ArrayList<>(figures.result().samples());
        samples.sort(Comparator.comparingLong(Sample::dueNanos));
        for (Sample sample : samples) {
            out.append(String.format(
                    Locale.ROOT,
                    "%.3f,%.3f,%.3f,%d,%s,%d,%s%n",
                    sample.dueNanos() / 1e6,
                    sample.latencyNanos() / 1e6,
                    figures.aboveNanos(sample) / 1e6,
                    sample.status(),
                    sample.region() == null ? "" : sample.region(),
                    sample.client(),
                    sample.failure() == null ? "" : sample.failure()));
        }
        return out.toString();
    }
}
