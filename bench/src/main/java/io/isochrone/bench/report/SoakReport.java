package io.isochrone.bench.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.bench.soak.Check;
import io.isochrone.bench.soak.Kind;
import io.isochrone.bench.soak.Sample;
import io.isochrone.bench.soak.SoakResult;
import io.isochrone.bench.soak.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * A soak as tables, as a page with a plot, and as JSON.
 *
 * <p>Immutable.
 *
 * @param command the command line that made it
 */
public record SoakReport(SoakResult result, String command) {
    /** The name of the plot beside the page. */
    public static final String PLOT = "soak.svg";

    private static final List<Verdict> COLUMNS = List.of(Verdict.values());

    /** For people: requests by kind, then every check, then what went wrong. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>(requests().lines());
        lines.add("");
        Table checks = new Table("check", ">found", ">bound", "");
        result.checks().forEach(check -> checks.row(check.what(), check.found(), check.bound(), check.verdict()));
        lines.addAll(checks.lines());
        if (!result.bad().isEmpty()) {
            lines.add("");
            lines.add("What ended as nothing may:");
            result.bad().forEach(bad -> lines.add("  " + bad));
        }
        return lines;
    }

    private Table requests() {
        List<String> headings = new ArrayList<>(List.of("requests"));
        COLUMNS.forEach(verdict -> headings.add(">" + verdict.word()));
        Table table = new Table(headings.toArray(new String[0]));
        for (Kind kind : Kind.values()) {
            List<Object> row = new ArrayList<>(List.of(kind.word()));
            COLUMNS.forEach(verdict -> row.add(Figures.count(count(kind, verdict))));
            table.row(row.toArray());
        }
        List<Object> sum = new ArrayList<>(List.of("all"));
        COLUMNS.forEach(verdict -> sum.add(Figures.count(count(verdict))));
        return table.row(sum.toArray());
    }

    private long count(Kind kind, Verdict verdict) {
        return result.counts().getOrDefault(kind, Map.of()).getOrDefault(verdict, 0L);
    }

    private long count(Verdict verdict) {
        long sum = 0;
        for (Kind kind : Kind.values()) {
            sum += count(kind, verdict);
        }
        return sum;
    }

    /** A page in Markdown that shows {@link #PLOT}. */
    public String markdown() {
        List<String> page = new ArrayList<>();
        page.add("# Soak: no wrong answer, no leak");
        page.add("");
        page.add("Command `" + command + "`, " + result.began() + ", " + System.getProperty("java.vm.name") + " "
                + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors() + " processors.");
        page.add("");
        page.add(
                "A router, three gateways in two regions and two backends, each a process, with Netty's leak detection on; "
                        + result.plan().idle() + " idle connections and "
                        + result.plan().busy() + " busy ones for "
                        + result.plan().duration().toSeconds() + " s, "
                        + result.plan().upstream()
                        + " between router and gateways, seed " + result.plan().seed()
                        + ". Every answer is compared byte for byte with the only right one. Faults by turns: backends that reset, "
                        + "close, trickle, send garbage, answer early, send answers that nobody asked for or more than they announced; "
                        + "a gateway is killed and started again; another is stopped (SIGSTOP) and goes on.");
        page.add("");
        page.add("**" + (result.isGood() ? "All checks are met." : "Checks are missed.") + "**");
        page.add("");
        page.add("![Figures over time](" + PLOT + ")");
        page.add("");
        page.add("## Checks");
        page.add("");
        page.add("| check | found | bound | |");
        page.add("|---|---|---|---|");
        for (Check check : result.checks()) {
            page.add("| " + check.what() + " | " + check.found().replace("|", "\\|") + " | " + check.bound() + " | "
                    + check.verdict() + " |");
        }
        page.add("");
        page.add(
                "*At rest*: before the load, warm, with all idle connections open. Memory of the gateway that is killed is not compared "
                        + "over time: its processes are new ones.");
        page.add("");
        page.add("## Requests");
        page.add("");
        page.add("```");
        page.addAll(requests().lines());
        page.add("```");
        page.add("");
        page.add(
                "*right*: its own answer, whole. *early*: the backend's early refusal. *refused*: an answer of a node of ours that says why. *cut*: "
                        + "visibly. *unanswered*: the connection ended before an answer began. *left*: the client went, as planned. "
                        + "*hung*, *wrong* and *short* (looked complete and was not) may not be.");
        return String.join("\n", page) + "\n";
    }

    /** The plot as SVG. */
    public String plot() {
        return new TimePlot(
                        "A soak of " + result.plan().duration().toSeconds() + " s",
                        result.plan().duration().toSeconds(),
                        List.of(
                                panel("resident memory, MiB", sample -> sample.residentKib() / 1024.0),
                                panel("direct memory in use, KiB", Sample::pinnedKib),
                                panel("direct memory reserved, MiB", sample -> sample.reservedKib() / 1024),
                                panel("heap with garbage, MiB", sample -> sample.heapKib() / 1024),
                                panel("file descriptors", Sample::files),
                                panel("threads", Sample::threads),
                                panel("client connections", Sample::connections),
                                panel("requests in flight", Sample::inFlight)),
                        List.of())
                .svg();
    }

    private TimePlot.Panel panel(String title, ToDoubleFunction<Sample> figure) {
        Set<String> nodes = new LinkedHashSet<>();
        result.samples().forEach(sample -> nodes.add(sample.node()));
        List<TimePlot.Line> lines = new ArrayList<>();
        for (String node : nodes) {
            List<TimePlot.Point> points = new ArrayList<>();
            int life = 0;
            for (Sample sample : result.samples()) {
                if (sample.node().equals(node)) {
                    double second = sample.atNanos() / 1e9;
                    if (sample.life() != life && life > 0) {
                        points.add(new TimePlot.Point(second, Double.NaN));
                    }
                    life = sample.life();
                    points.add(new TimePlot.Point(second, figure.applyAsDouble(sample)));
                }
            }
            lines.add(new TimePlot.Line(node, points));
        }
        return new TimePlot.Panel(title, lines);
    }

    /** Everything as one object. */
    public ObjectNode json() {
        ObjectNode root = Figures.object();
        root.put("command", command);
        root.put("began", result.began().toString());
        root.put("good", result.isGood());
        root.put("seed", result.plan().seed());
        ObjectNode counts = root.putObject("requests");
        for (Kind kind : Kind.values()) {
            ObjectNode row = counts.putObject(kind.word());
            COLUMNS.forEach(verdict -> row.put(verdict.word(), count(kind, verdict)));
        }
        ArrayNode checks = root.putArray("checks");
        for (Check check : result.checks()) {
            checks.addObject()
                    .put("what", check.what())
                    .put("found", check.found())
                    .put("bound", check.bound())
                    .put("met", check.met());
        }
        ArrayNode bad = root.putArray("bad");
        result.bad().forEach(bad::add);
        samples(root.putArray("idle"), result.idle());
        samples(root.putArray("after"), result.after());
        samples(root.putArray("samples"), result.samples());
        return root;
    }

    private static void samples(ArrayNode into, List<Sample> samples) {
        for (Sample sample : samples) {
            into.addObject()
                    .put("node", sample.node())
                    .put("life", sample.life())
                    .put("second", Math.round(sample.atNanos() / 1e8) / 10.0)
                    .put("residentKib", sample.residentKib())
                    .put("files", sample.files())
                    .put("threads", sample.threads())
                    .put("connections", sample.connections())
                    .put("inFlight", sample.inFlight())
                    .put("pinnedKib", sample.pinnedKib())
                    .put("reservedKib", sample.reservedKib())
                    .put("heapKib", sample.heapKib());
        }
    }
}
