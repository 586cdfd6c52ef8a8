package io.isochrone.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class GatewayMainTest {
    @TempDir
    Path folder;

    private final StringWriter err = new StringWriter();
    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("one.yaml");
        Files.writeString(
                file,
                "service:\n  name: one\n  tier: Developer\n  primary:\n    location: West Europe\n"
                        + "    nodes: [127.0.0.1:8101]\n"
                        + "apis:\n  - name: echo\n    path: /echo\n    backends: [http://127.0.0.1:9101]\n");
    }

    private int run(String... args) {
        return new CommandLine(new GatewayMain()).setErr(new PrintWriter(err)).execute(args);
    }

    @Test
    void exitsWithTwoAndNamesTheRegionsWhenTheRegionIsUnknown() {
        int code = run("--config", file.toString(), "--region", "eastus", "--listen", "127.0.0.1:0");

        assertThat(code).isEqualTo(2);
        assertThat(err.toString().trim())
                .isEqualTo("region: \"eastus\" (expected: a location of service one: westeurope)");
    }

    @Test
    void exitsWithTwoAndTheProblemsOfABadFile() throws IOException {
        Files.writeString(file, Files.readString(file).replace("backends", "backend"));

        int code = run("--config", file.toString(), "--region", "westeurope", "--listen", "127.0.0.1:0");

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("one.yaml:").contains("(expected: ").contains("backends");
    }

    @Test
    void exitsWithTwoWhenAPortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();

            assertThat(run("--config", file.toString(), "--region", "West Europe", "--listen", address))
                    .isEqualTo(2);
            assertThat(err.toString()).startsWith("listen: " + address + " (expected: ");

            err.getBuffer().setLength(0);
            assertThat(run(
                            "--config",
                            file.toString(),
                            "--region",
                            "West Europe",
                            "--listen",
                            "127.0.0.1:0",
                            "--admin",
                            address))
                    .isEqualTo(2);
            assertThat(err.toString()).startsWith("admin: " + address + " (expected: a free port; ");
        }
    }

    @Test
    void exitsWithTwoAndNamesTheOptionWhenAnAddressIsNone() {
        assertThat(run("--config", file.toString(), "--region", "westeurope", "--listen", "8101"))
                .isEqualTo(2);
        assertThat(err.toString().trim()).isEqualTo("--listen: \"8101\" (expected: HOST:PORT or [IPV6]:PORT)");
    }

    @Test
    void exitsWithTwoWhenTheFileIsMissing() {
        String missing = folder.resolve("missing.yaml").toString();

        assertThat(run("--config", missing, "--region", "westeurope", "--listen", "127.0.0.1:0"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("missing.yaml").contains("(expected: ");
    }

    @Test
    void theConfigurationComesFromOnePlace() {
        assertThat(run("--region", "westeurope")).isEqualTo(2);
        assertThat(err.toString().trim()).isEqualTo("configuration: none (expected: --config FILE or --control URL)");
        err.getBuffer().setLength(0);
        assertThat(run("--region", "westeurope", "--config", file.toString(), "--control", "https://a:1"))
                .isEqualTo(2);
        assertThat(err.toString().trim()).isEqualTo("--control: beside --config (expected: one of the two)");
        err.getBuffer().setLength(0);
        assertThat(run("--region", "westeurope", "--config", file.toString())).isEqualTo(2);
        assertThat(err.toString().trim()).isEqualTo("--listen: missing (expected: HOST:PORT)");
    }

    @Test
    void exitsWithTwoWhenTheControlPlaneCannotBeAsked() {
        String token = folder.resolve("token").toString();
        String state = folder.resolve("state").toString();

        assertThat(run("--region", "westeurope", "--control", "https://a:1")).isEqualTo(2);
        assertThat(err.toString().trim()).isEqualTo("--token-file: missing (expected: a file with the node's token)");
        err.getBuffer().setLength(0);
        assertThat(run("--region", "westeurope", "--control", "http://a:1", "--token-file", token))
                .isEqualTo(2);
        assertThat(err.toString().trim())
                .isEqualTo("--control: \"http://a:1\" (expected: https://HOST:PORT, several parted by commas)");
        err.getBuffer().setLength(0);
        assertThat(run(
                        "--region",
                        "westeurope",
                        "--control",
                        "https://localhost:1",
                        "--token-file",
                        token,
                        "--state",
                        state))
                .isEqualTo(2);
        assertThat(err.toString().trim()).isEqualTo(token + ": cannot be read (expected: a file with a token)");
    }
}
