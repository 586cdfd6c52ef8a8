package io.isochrone.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.control.clients.RunningControl;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands against a control plane, not a script. */
final class CommandsOnControlTest {
    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    /** Stands for the isochrone command. Not thread-safe; confined to the test. */
    @Command(name = "isochrone")
    private static final class Root {}

    private int run(RunningControl control, Path folder, String... args) {
        out = new StringWriter();
        err = new StringWriter();
        Map<String, String> env = Map.of(
                "ISOCHRONE_CONTROL", control.url(),
                "ISOCHRONE_TOKEN_FILE", control.token().toString(),
                "ISOCHRONE_CA_FILE", control.authority().toString());
        Surroundings around = new Surroundings(
                env::get,
                false,
                null,
                folder,
                System::nanoTime,
                length -> TimeUnit.MILLISECONDS.sleep(Math.min(20, length.toMillis())));
        CommandLine line = new CommandLine(new Root());
        OperatorCommands.addAll(line, around);
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(args);
    }

    @Test
    @Timeout(60)
    void goesThroughTheLifeOfAService(@TempDir Path folder) throws IOException {
        try (RunningControl control = RunningControl.start(folder.resolve("data"), "apim1", "westeurope", "eastasia")) {
            assertThat(run(control, folder, "service", "create", "apim1", "--location", "westeurope"))
                    .as(() -> err.toString())
                    .isZero();
            assertThat(run(control, folder, "region", "add", "East Asia", "--units", "2"))
                    .as(() -> err.toString())
                    .isZero();
            assertThat(out.toString()).containsPattern("East Asia +2 ");
            assertThat(run(control, folder, "region", "scale", "eastasia", "3"))
                    .as(() -> err.toString())
                    .isZero();
            assertThat(run(control, folder, "region", "disable", "West Europe"))
                    .as(() -> err.toString())
                    .isZero();
            assertThat(run(control, folder, "region", "disable", "eastasia")).isEqualTo(1);
            assertThat(err.toString()).contains("LastGatewayCannotBeDisabled");
            assertThat(run(control, folder, "region", "enable", "westeurope")).isZero();
            assertThat(run(control, folder, "region", "remove", "eastasia", "--yes"))
                    .as(() -> err.toString())
                    .isZero();
            assertThat(out.toString()).doesNotContain("East Asia  ");
            assertThat(run(control, folder, "service", "update", "--tier", "Developer"))
                    .as(() -> err.toString())
                    .isZero();
            assertThat(run(control, folder, "region", "add", "eastasia")).isEqualTo(1);
            assertThat(err.toString()).contains("AdditionalLocationsNotSupported", "--tier Premium");
            assertThat(run(control, folder, "token", "create", "n", "--role", "node", "--out", "node.token"))
                    .as(() -> err.toString())
                    .isZero();
            assertThat(run(control, folder, "token", "list")).isZero();
            assertThat(out.toString()).containsPattern("n +node +apim1 +all");
            assertThat(run(control, folder, "service", "delete", "apim1", "--yes"))
                    .as(() -> err.toString())
                    .isZero();
            assertThat(run(control, folder, "service", "list")).isZero();
            assertThat(out.toString()).contains("No service yet.");
        }
    }
}
