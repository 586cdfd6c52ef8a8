package io.isochrone.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes the configuration what it was. Not thread-safe; confined to the main thread. */
@Command(
        name = "rollback",
        header = {"Makes the configuration what it was at a revision, after asking.", ""},
        mixinStandardHelpOptions = true,
        description = "It is a change of its own, with a new revision: it can be taken back the same way.",
        footer = {"", "Examples:", "  isochrone control history", "  isochrone control rollback 17"})
final class ControlRollback extends Task {
    @Parameters(paramLabel = "REVISION", description = "as isochrone control history shows it")
    private long revision;

    @Mixin
    private Consent consent;

    ControlRollback(Surroundings around) {
        super(around);
    }

    @Override
    void run(Session session) {
        if (revision < 1) {
            throw FailedException.usage("REVISION: " + revision + " (expected: >= 1)");
        }
        consent.require(
                session,
                "Roll back to revision " + revision + "?",
                List.of("Everything that was changed after revision " + revision
                        + " is undone, in all services; nodes follow."));
        JsonNode answer = session.client()
                .good("POST", "/control/v1/rollback?to=" + revision, null)
                .json();
        session.print(answer);
        session.say("The configuration is what it was at revision " + revision
                + (answer.has("revision")
                        ? ", as revision " + answer.path("revision").asText()
                        : "") + ".");
    }
}
