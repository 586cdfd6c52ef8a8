package io.isochrone.control.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Takes all that the control plane stores out of it. Not thread-safe; confined to the main thread. */
@Command(
        name = "export",
        header = {"Writes all that the control plane stores to a file.", ""},
        mixinStandardHelpOptions = true,
        description = "Without FILE to standard output. The file is for you alone to read.",
        footer = {"", "Example: isochrone control export backup.json"})
final class ControlExport extends Task {
    @Parameters(arity = "0..1", paramLabel = "FILE", description = "new file")
    private @Nullable Path file;

    ControlExport(Surroundings around) {
        super(around);
    }

    @Override
    void run(Session session) {
        if (file == null) {
            session.out()
                    .println(session.client()
                            .good("GET", "/control/v1/export", null)
                            .text());
            return;
        }
        Path target = session.around().folder().resolve(file);
        String text = session.client().good("GET", "/control/v1/export", null).text();
        try {
            PrivateFile.create(target);
            PrivateFile.write(target, text.getBytes(StandardCharsets.UTF_8));
        } catch (FileAlreadyExistsException e) {
            throw FailedException.usage("FILE: " + target + " is there already (expected: a new file)");
        } catch (IOException e) {
            throw FailedException.bad("FILE: " + target + " cannot be written whole: " + e.getMessage()
                    + " (expected: room for " + text.length() + " characters)");
        }
        session.say("Exported to " + target + ".");
    }
}
