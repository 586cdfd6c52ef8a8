package io.isochrone.bench.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.bench.load.LoadFailure;
import io.isochrone.bench.load.LoadTally;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a load run showed.
 *
 * <p>Immutable view of a tally that must not change meanwhile.
 *
 * @param tally the sums
 * @param due requests that were planned
 * @param seconds how long the run took
 */
public record LoadReport(LoadTally tally, long due, double seconds) {
    /** For people: regions with their latencies, then failures by cause. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        double rate = seconds > 0 ? tally.total() / seconds : 0;
        lines.add(String.format(
                Locale.ROOT,
                "%,d requests in %.1f s (%,.0f/s), %,d failed%s",
                tally.total(),
                seconds,
                rate,
                tally.failed(),
                tally.total() < due ? ", stopped before the end" : ""));
        lines.add("");
        Table table =
                new Table("region", ">requests", ">share", ">p50 ms", ">p90 ms", ">p99 ms", ">p99.9 ms", ">max ms");
        long answered = tally.regions().values().stream()
                .mapToLong(Histogram::getTotalCount)
                .sum();
        tally.regions().forEach((region, latency) -> row(table, region, latency, answered));
        row(table, "all", tally.latency(), tally.total());
        lines.addAll(table.lines());
        if (tally.failed() > 0) {
            lines.add("");
            Table failures = new Table("failure", ">requests");
            for (Map.Entry<LoadFailure, Long> failure : tally.failures().entrySet()) {
                failures.row(failure.getKey().words(), Figures.count(failure.getValue()));
            }
            lines.addAll(failures.lines());
        }
        return lines;
    }

    private static void row(Table table, String name, Histogram latency, long whole) {
        table.row(
                name,
                Figures.count(latency.getTotalCount()),
                Figures.percent(latency.getTotalCount(), whole),
                Figures.millis(latency.getValueAtPercentile(50)),
                Figures.millis(latency.getValueAtPercentile(90)),
                Figures.millis(latency.getValueAtPercentile(99)),
                Figures.millis(latency.getValueAtPercentile(99.9)),
                Figures.millis(latency.getMaxValue()));
    }

    /** For programs: the same figures. */
    public ObjectNode json() {
        ObjectNode node = Figures.object();
        node.put("due", due);
        node.put("requests", tally.total());
        node.put("failed", tally.failed());
        node.put("seconds", Math.round(seconds * 1000) / 1000.0);
        node.set("latency", Figures.latency(tally.latency()));
        ObjectNode regions = node.putObject("regions");
        tally.regions().forEach((region, latency) -> regions.set(region, Figures.latency(latency)));
        ObjectNode statuses = node.putObject("statuses");
        tally.statuses().forEach((status, count) -> statuses.put(String.valueOf(status), count));
        ObjectNode failures = node.putObject("failures");
        tally.failures().forEach((failure, count) -> failures.put(failure.name().toLowerCase(Locale.ROOT), count));
        return node;
    }
}
