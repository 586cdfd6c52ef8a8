package io.isochrone.config.read;

import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.Location;
import io.isochrone.config.model.Service;
import io.isochrone.config.problem.InvalidConfigException;
import io.isochrone.config.problem.Problem;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What a look at a file found: its problems, or a summary of what it deploys.
 *
 * <p>Immutable.
 *
 * @param file the file's name as it was given
 * @param problems in order of position; empty when the file is good
 * @param summary one line for people; empty when there are problems
 */
public record CheckReport(String file, List<Problem> problems, String summary) {
    public CheckReport {
        problems = List.copyOf(problems);
    }

    /** Looks at a file; throws nothing whatever is in it. */
    public static CheckReport check(Path file) {
        return check(file, deployment -> {});
    }

    /** The same, and lets {@code further} look at what it deploys, which may throw InvalidConfigException. */
    public static CheckReport check(Path file, Consumer<Deployment> further) {
        try {
            Deployment deployment = DeploymentReader.readFile(file);
            further.accept(deployment);
            return new CheckReport(file.toString(), List.of(), summary(deployment));
        } catch (InvalidConfigException e) {
            return new CheckReport(file.toString(), e.problems(), "");
        }
    }

    /** Whether the file can be used. */
    public boolean isGood() {
        return problems.isEmpty();
    }

    /** A line for each problem and one with their number, or the summary; lines end with a line feed. */
    public String text() {
        if (isGood()) {
            return file + ": good (" + summary + ")\n";
        }
        return problems.stream().map(problem -> problem + "\n").collect(Collectors.joining())
                + plural(problems.size(), "problem")
                + "\n";
    }

    /** The problems as plain maps for JSON: file, line, column, path, value, expected and, where there is one, suggestion. */
    public List<Map<String, Object>> rows() {
        return problems.stream().map(CheckReport::row).toList();
    }

    private static Map<String, Object> row(Problem problem) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("file", problem.file());
        row.put("line", problem.line());
        row.put("column", problem.column());
        row.put("path", problem.path());
        row.put("value", problem.value());
        row.put("expected", problem.expected());
        String suggestion = problem.suggestion();
        if (suggestion != null) {
            row.put("suggestion", suggestion);
        }
        return row;
    }

    private static String summary(Deployment deployment) {
        Service service = deployment.service();
        List<Location> locations = service.locations();
        int nodes =
                locations.stream().mapToInt(location -> location.nodes().size()).sum();
        return service.name() + ", " + service.tier().displayName() + ": " + plural(locations.size(), "region") + ", "
                + plural(nodes, "node") + ", " + plural(deployment.apis().size(), "API");
    }

    private static String plural(int count, String thing) {
        return count + " " + thing + (count == 1 ? "" : "s");
    }
}
