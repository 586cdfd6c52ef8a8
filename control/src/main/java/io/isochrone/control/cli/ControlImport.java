package io.isochrone.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Puts what was exported back. Not thread-safe; confined to the main thread. */
@Command(
        name = "import",
        header = {"Puts back what isochrone control export wrote, after asking.", ""},
        mixinStandardHelpOptions = true,
        footer = {"", "Example: isochrone control import backup.json"})
final class ControlImport extends Task {
    @Parameters(paramLabel = "FILE", description = "as isochrone control export wrote it")
    private Path file;

    @Mixin
    private Consent consent;

    ControlImport(Surroundings around) {
        super(around);
    }

    @Override
    void run(Session session) {
        Path source = session.around().folder().resolve(file);
        String text;
        try {
            text = Files.readString(source);
        } catch (IOException e) {
            throw FailedException.usage("FILE: " + source + " cannot be read (expected: an export)");
        }
        consent.require(
                session,
                "Import " + source + "?",
                List.of("What the control plane stores becomes what the file holds; nodes follow."));
        JsonNode answer = session.client()
                .good("POST", "/control/v1/import?force=true", text)
                .json();
        session.print(answer);
        session.say("Imported"
                + (answer.has("revision")
                        ? ", as revision " + answer.path("revision").asText()
                        : "") + ".");
    }
}
