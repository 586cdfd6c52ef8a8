package io.isochrone.control.publish;

import io.isochrone.config.problem.InvalidConfigException;
import io.isochrone.config.problem.Problem;
import io.isochrone.config.read.DeploymentReader;
import io.isochrone.config.wire.Snapshot;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Reads what is to be published as nodes will read it. Thread-safe: no state. */
final class ContentCheck {
    private static final int MAX_SHOWN = 5;

    private ContentCheck() {}

    /** What nodes would refuse it for, a few problems of each kind with their paths; null: nothing. */
    static @Nullable String refusal(Line line) {
        String gateways = refusal("gateways", line, line.gateways());
        return gateways != null ? gateways : refusal("routers", line, line.routers());
    }

    private static @Nullable String refusal(String kind, Line line, SortedMap<String, String> items) {
        try {
            DeploymentReader.readSnapshot(kind, new Snapshot(line.id(), items).text());
            return null;
        } catch (InvalidConfigException e) {
            StringBuilder text = new StringBuilder(kind).append(" would refuse it: ");
            for (int i = 0; i < Math.min(MAX_SHOWN, e.problems().size()); i++) {
                Problem problem = e.problems().get(i);
                text.append(i == 0 ? "" : "; ")
                        .append(problem.path().isEmpty() ? "the whole" : problem.path())
                        .append(": ")
                        .append(problem.value())
                        .append(" (expected: ")
                        .append(problem.expected())
                        .append(')');
            }
            int more = e.problems().size() - MAX_SHOWN;
            return more > 0 ? text.append("; and ").append(more).append(" more").toString() : text.toString();
        }
    }
}
