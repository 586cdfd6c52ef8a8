package io.isochrone.bench.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.bench.peers.Measure;
import io.isochrone.bench.peers.Peer;
import io.isochrone.bench.peers.PeersResult;
import io.isochrone.bench.peers.Run;
import io.isochrone.bench.peers.ScenarioResult;
import io.isochrone.bench.peers.Spread;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a side-by-side of the router with its peers showed, and which goals that meets.
 *
 * <p>Immutable.
 *
 * @param command the command line that made it
 */
public record PeersReport(PeersResult result, String command) {
    /** The name of the plot beside the page. */
    public static final String PLOT = "peers.svg";

    private static final String OURS = Peer.OURS.word();
    private static final String HAPROXY = Peer.HAPROXY.word();
    private static final String NGINX = Peer.NGINX.word();

    /** For people: a row for each figure with medians, then what could not be measured. */
    public List<String> lines() {
        Table table = new Table("figure", "unit", ">ours", ">haproxy", ">nginx", ">ratio", ">goal", "");
        List<String> remarks = new ArrayList<>();
        for (ScenarioResult scenario : result.scenarios()) {
            for (Measure measure : scenario.scenario().measures()) {
                table.row(
                        measure.name() + ": " + measure.title(),
                        measure.unit(),
                        median(scenario, measure, OURS),
                        median(scenario, measure, HAPROXY),
                        median(scenario, measure, NGINX),
                        ratio(scenario, measure),
                        goal(measure),
                        verdict(scenario, measure));
            }
            remarks.addAll(remarks(scenario));
        }
        List<String> lines = new ArrayList<>(table.lines());
        if (!remarks.isEmpty()) {
            lines.add("");
            lines.addAll(remarks);
        }
        return lines;
    }

    private static List<String> remarks(ScenarioResult scenario) {
        String word = scenario.scenario().word();
        List<String> remarks = new ArrayList<>();
        String skipped = scenario.skipped();
        if (skipped != null) {
            remarks.add(word + ": not measured: " + skipped);
        }
        scenario.missing().forEach((subject, reason) -> remarks.add(word + ": " + subject + ": " + reason));
        scenario.runs().forEach((subject, runs) -> {
            List<Run> thrown = runs.stream().filter(run -> !run.counts()).toList();
            if (!thrown.isEmpty() && !scenario.missing().containsKey(subject)) {
                remarks.add(word + ": " + subject + ": " + thrown.size() + " of " + runs.size()
                        + " runs thrown away, the last because "
                        + thrown.get(thrown.size() - 1).thrown());
            }
        });
        scenario.notes().forEach(note -> remarks.add(word + ": " + note));
        return remarks;
    }

    private static String goal(Measure measure) {
        return "<= " + BigDecimal.valueOf(measure.goal()).stripTrailingZeros().toPlainString();
    }

    private static String median(ScenarioResult scenario, Measure measure, String subject) {
        Spread spread = scenario.spread(measure, subject);
        return spread == null ? "-" : number(spread.median());
    }

    private static String ratio(ScenarioResult scenario, Measure measure) {
        Double ratio = scenario.ratio(measure, OURS);
        return ratio == null ? "-" : String.format(Locale.ROOT, "%.2f", ratio);
    }

    private static String verdict(ScenarioResult scenario, Measure measure) {
        Boolean met = scenario.met(measure);
        return met == null ? "not measured" : met ? "met" : "missed";
    }

    /** Three digits or so. */
    private static String number(double value) {
        double size = Math.abs(value);
        String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }

    /** A page in Markdown that shows {@link #PLOT}: the goals, every spread, the machine. */
    public String markdown() {
        List<String> page = new ArrayList<>();
        page.add("# The router side by side with its peers");
        page.add("");
        page.add(
                "Command `" + command + "`: " + result.plan().runs() + " runs of "
                        + result.plan().seconds()
                        + " s by turns after " + result.plan().warmUpSeconds()
                        + " s of warm-up; each peer has one worker on one processor before the same origin; figures are medians. CPU is user and"
                        + " system time of all processes of the peer. *Ratio*: ours divided by HAProxy's, of `hops` by one hop's.");
        page.add("");
        page.add("![ratio to HAProxy](" + PLOT + ")");
        page.add("");
        page.add("| figure | | unit | ours | HAProxy | nginx | ratio | goal | |");
        page.add("|---|---|---|---|---|---|---|---|---|");
        for (ScenarioResult scenario : result.scenarios()) {
            for (Measure measure : scenario.scenario().measures()) {
                page.add(cells(
                        measure.name(),
                        measure.title(),
                        measure.unit(),
                        "**" + median(scenario, measure, OURS) + "**",
                        median(scenario, measure, HAPROXY),
                        median(scenario, measure, NGINX),
                        ratio(scenario, measure),
                        goal(measure).replace("<=", "≤"),
                        verdict(scenario, measure)));
            }
        }
        page.add("");
        page.add("## Spread");
        page.add("");
        page.add("| figure | of | min | median | max | runs |");
        page.add("|---|---|---|---|---|---|");
        List<String> remarks = new ArrayList<>();
        for (ScenarioResult scenario : result.scenarios()) {
            scenario.scenario().measures().forEach(measure -> addSpreads(page, scenario, measure));
            remarks.addAll(remarks(scenario));
        }
        if (!remarks.isEmpty()) {
            page.add("");
            page.add("## Remarks");
            page.add("");
            remarks.forEach(remark -> page.add("- " + remark));
        }
        page.add("");
        page.add("## Machine");
        page.add("");
        page.add("| | |");
        page.add("|---|---|");
        result.machine().forEach((name, value) -> page.add(cells(name, value)));
        return String.join("\n", page) + "\n";
    }

    private static void addSpreads(List<String> page, ScenarioResult scenario, Measure measure) {
        for (String subject : scenario.runs().keySet()) {
            Spread spread = scenario.spread(measure, subject);
            if (spread != null) {
                page.add(cells(
                        measure.name(),
                        subject,
                        number(spread.min()),
                        number(spread.median()),
                        number(spread.max()),
                        String.valueOf(spread.count())));
            }
        }
    }

    private static String cells(String... cells) {
        StringBuilder row = new StringBuilder("|");
        for (String cell : cells) {
            row.append(' ').append(cell.replace("|", "\\|")).append(" |");
        }
        return row.toString();
    }

    /** The plot: ratios to HAProxy, and to one hop, with their goals. */
    public String plot() {
        List<RatioPlot.Row> rows = new ArrayList<>();
        for (ScenarioResult scenario : result.scenarios()) {
            for (Measure measure : scenario.scenario().measures()) {
                if (measure.ofRatio()) {
                    rows.add(new RatioPlot.Row(
                            measure.name() + ": " + measure.title(),
                            scenario.ratio(measure, OURS),
                            scenario.ratio(measure, NGINX),
                            measure.goal()));
                }
            }
        }
        return new RatioPlot(rows).svg();
    }

    /** For programs: the same figures and every run. */
    public ObjectNode json() {
        ObjectNode node = Figures.object();
        node.put("command", command);
        node.put("runs", result.plan().runs());
        node.put("secondsEach", result.plan().seconds());
        node.put("warmUpSeconds", result.plan().warmUpSeconds());
        ObjectNode machine = node.putObject("machine");
        result.machine().forEach(machine::put);
        ObjectNode scenarios = node.putObject("scenarios");
        for (ScenarioResult scenario : result.scenarios()) {
            scenario.scenario().measures().forEach(measure -> scenarios.set(measure.name(), json(scenario, measure)));
        }
        return node;
    }

    private static ObjectNode json(ScenarioResult scenario, Measure measure) {
        ObjectNode node = Figures.object();
        node.put("title", measure.title());
        node.put("unit", measure.unit());
        List<String> subjects = new ArrayList<>(List.of(OURS, HAPROXY, NGINX));
        if (!subjects.contains(measure.reference())) {
            subjects.add(measure.reference());
        }
        for (String subject : subjects) {
            Spread spread = scenario.spread(measure, subject);
            node.put(subject, spread == null ? null : rounded(spread.median()));
        }
        node.put("ratio", rounded(scenario.ratio(measure, OURS)));
        node.put("ratioTo", measure.reference());
        node.put("goal", measure.goal());
        node.put("goalOf", measure.ofRatio() ? "ratio" : OURS);
        node.put("met", scenario.met(measure));
        ObjectNode runs = node.putObject("runs");
        scenario.runs().forEach((subject, each) -> {
            ArrayNode all = runs.putArray(subject);
            each.forEach(run -> all.add(json(run, measure)));
        });
        ObjectNode missing = node.putObject("missing");
        scenario.missing().forEach(missing::put);
        ArrayNode notes = node.putArray("notes");
        scenario.notes().forEach(notes::add);
        node.put("skipped", scenario.skipped());
        return node;
    }

    private static ObjectNode json(Run run, Measure measure) {
        ObjectNode node = Figures.object();
        node.put("value", rounded(run.values().get(measure.name())));
        run.details().forEach((name, value) -> node.put(name, rounded(value)));
        node.put("thrown", run.thrown());
        return node;
    }

    private static @Nullable Double rounded(@Nullable Double value) {
        return value == null ? null : Math.round(value * 1000) / 1000.0;
    }
}
