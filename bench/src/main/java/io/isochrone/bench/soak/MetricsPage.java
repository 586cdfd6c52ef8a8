package io.isochrone.bench.soak;

import java.util.List;

/** A page of metrics in the Prometheus text format. Immutable. */
public record MetricsPage(List<String> lines) {
    /** Keeps only what is asked for here: pages are many. */
    private static final List<String> KEPT = List.of(
            "isochrone_connections", "isochrone_requests_in_flight", "isochrone_direct_memory", "jvm_memory_used");

    public MetricsPage {
        lines = List.copyOf(lines);
    }

    /** Reads a page. */
    public static MetricsPage of(String text) {
        return new MetricsPage(text.lines()
                .filter(line -> KEPT.stream().anyMatch(line::startsWith))
                .toList());
    }

    /** The sum of all series of that name whose labels contain {@code label}; not a number when there is none. */
    public double value(String name, String label) {
        double sum = Double.NaN;
        for (String line : lines) {
            int blank = line.lastIndexOf(' ');
            boolean named = line.startsWith(name)
                    && (line.startsWith(" ", name.length()) || line.startsWith("{", name.length()));
            if (named && line.contains(label)) {
                double value = Double.parseDouble(line.substring(blank + 1));
                sum = Double.isNaN(sum) ? value : sum + value;
            }
        }
        return sum;
    }
}
