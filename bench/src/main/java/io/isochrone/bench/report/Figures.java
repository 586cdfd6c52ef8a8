package io.isochrone.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** How figures are written, the same way in tables and in JSON. Thread-safe: no state. */
public final class Figures {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Figures() {}

    /** Milliseconds for people, with two digits below 10 ms, one below 100, none above. */
    public static String millis(long nanos) {
        double value = nanos / 1e6;
        String format = value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f";
        return String.format(Locale.ROOT, format, value);
    }

    /** Milliseconds for programs, to the microsecond. */
    public static double milliseconds(long nanos) {
        return Math.round(nanos / 1e3) / 1e3;
    }

    /** A share in percent with one digit. */
    public static String percent(long part, long whole) {
        return whole == 0 ? "-" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
    }

    /** A count with groups of three digits. */
    public static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** Count and percentiles of nanoseconds as {@code {"count":…,"meanMs":…,"p50Ms":…,"p90Ms":…,"p99Ms":…,"p999Ms":…,"maxMs":…}}. */
    public static ObjectNode latency(Histogram histogram) {
        ObjectNode node = JSON.createObjectNode();
        boolean empty = histogram.getTotalCount() == 0;
        node.put("count", histogram.getTotalCount());
        node.put("meanMs", empty ? 0 : milliseconds((long) histogram.getMean()));
        node.put("p50Ms", milliseconds(histogram.getValueAtPercentile(50)));
        node.put("p90Ms", milliseconds(histogram.getValueAtPercentile(90)));
        node.put("p99Ms", milliseconds(histogram.getValueAtPercentile(99)));
        node.put("p999Ms", milliseconds(histogram.getValueAtPercentile(99.9)));
        node.put("maxMs", milliseconds(histogram.getMaxValue()));
        return node;
    }

    /** An empty object. */
    public static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /** The object as indented text. */
    public static String text(ObjectNode object) {
        return object.toPrettyString();
    }

    /** Writes the object to a file. */
    public static void write(Path file, ObjectNode object) throws IOException {
        Files.writeString(file, text(object) + "\n");
    }
}
