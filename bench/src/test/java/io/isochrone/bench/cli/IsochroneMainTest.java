package io.isochrone.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isochrone.bench.fault.LedgerBackend;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class IsochroneMainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "up --help",
                "world --help",
                "world status --help",
                "world offline --help",
                "world online --help",
                "world fault --help",
                "world heal --help",
                "check --help",
                "router --help",
                "gateway --help",
                "service --help",
                "service list --help",
                "service show --help",
                "service create --help",
                "service update --help",
                "service delete --help",
                "region --help",
                "region list --help",
                "region add --help",
                "region scale --help",
                "region disable --help",
                "region enable --help",
                "region remove --help",
                "api --help",
                "api list --help",
                "api import --help",
                "node --help",
                "node list --help",
                "token --help",
                "token list --help",
                "token create --help",
                "token revoke --help",
                "bench --help",
                "bench run --help",
                "bench failover --help",
                "bench drill --help",
                "bench peers --help",
                "bench soak --help",
                "bench fuzz --help",
                "help bench"
            })
    void teachesEveryCommand(String line) {
        assertThat(run(line.split(" "))).isZero();
        assertThat(out.toString()).contains("Usage: isochrone").doesNotContain("\u001b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"region", "service", "api", "node", "token", "gateway", "router"})
    void loadsOneCommandWhenOnlyOneIsNeeded(String name) {
        assertThat(IsochroneMain.commandLine(name, "--help").getSubcommands()).containsOnlyKeys(name);
    }

    @Test
    void namesTheCommandThatWasPerhapsMeant() {
        assertThat(run("wrold")).isEqualTo(2);
        assertThat(err.toString()).contains("wrold").contains("Try 'isochrone --help'.");
    }

    @Test
    void reportsEveryProblemOfAFileAndExitsWith2(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("bad.yaml");
        Files.writeString(file, "service:\n  name: x\n  teir: Premium\n");

        assertThat(run("check", file.toString())).isEqualTo(2);
        assertThat(err.toString()).contains(file + ":3:").contains("expected:");
    }

    @Test
    void saysThatAFileIsGood(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("good.yaml");
        Files.writeString(file, """
                service:
                  name: x
                  tier: Premium
                  primary:
                    location: West Europe
                    nodes: [127.0.0.1:8101]
                apis:
                  - name: echo
                    path: /
                    backends: [http://127.0.0.1:9101]
                """);

        assertThat(run("check", file.toString())).as(err::toString).isZero();
        assertThat(out.toString()).contains(file.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--scenario a,zz",
                "--scenario a,,b",
                "--peers caddy",
                "--peers ours --runs 0",
                "--peers ours --seconds 601",
                "--peers ours --json /nowhere/peers.json",
                "--peers ours --report /proc/peers"
            })
    void refusesASideBySideThatMakesNoSense(String line) {
        assertThat(run(("bench peers " + line).split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains("(expected: ");
    }

    @Test
    void listsTheScenariosOfTheSideBySide() {
        assertThat(run("bench", "peers", "--list")).isZero();
        assertThat(out.toString()).contains("200 B GET", "<= 0.88", "the ratio to haproxy", "hops");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no-such-drill",
                "kill-get --runs 0",
                "kill-get --rate 0",
                "kill-get --duration 5",
                "kill-get --fault-at 9s --heal-at 3s",
                "kill-get --client spdy",
                "clock-jump --front nginx",
                "kill-get --report /proc/drills",
                "kill-get --json /nowhere/drills.json"
            })
    void refusesADrillThatMakesNoSense(String line) {
        assertThat(run(("bench drill " + line).strip().split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains("(expected: ");
    }

    @Test
    void listsTheDrillsWithTheirGoals() {
        assertThat(run("bench", "drill", "--list")).isZero();
        assertThat(out.toString()).contains("kill-get (GET)", "SIGKILL", "goal: no request fails", "flap", "overload");
    }

    @Test
    void saysThatNoWorldAnswers() throws IOException {
        try (Socket refusing = new Socket()) {
            refusing.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int closed = refusing.getLocalPort();
            assertThat(run("world", "status", "--admin-port", String.valueOf(closed)))
                    .isEqualTo(1);
            assertThat(err.toString()).contains("nothing answers on 127.0.0.1:" + closed);
        }
    }

    @Test
    void namesTheRegionThatWasPerhapsMeant() {
        assertThat(run("world", "offline", "brasilsouth")).isEqualTo(2);
        assertThat(err.toString()).contains("did you mean \"brazilsouth\"?");
    }

    @Test
    void namesTheFaultThatWasPerhapsMeant() {
        assertThat(run("world", "fault", "eastus", "slo=3")).isEqualTo(2);
        assertThat(err.toString()).contains("did you mean \"slow\"?");
    }

    @Test
    void writesTheFiguresOfALoadRunAsJson(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("run.json");
        try (LedgerBackend backend = LedgerBackend.start("b")) {
            int code = run(
                    "bench",
                    "run",
                    "--url",
                    "http://127.0.0.1:" + backend.port() + "/who?x",
                    "--rate",
                    "100",
                    "--duration",
                    "300ms",
                    "--spread",
                    "--json",
                    file.toString());

            assertThat(code).as(err::toString).isZero();
        }
        JsonNode figures = new ObjectMapper().readTree(file.toFile());
        assertThat(figures.path("requests").asInt()).isEqualTo(30);
        assertThat(figures.path("latency").path("count").asInt()).isEqualTo(30);
        assertThat(out.toString()).contains("30 requests", "0 failed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--url ftp://x --rate 1",
                "--url http://127.0.0.1:1 --rate 0",
                "--url http://127.0.0.1:1 --duration 5",
                "--url http://127.0.0.1:1 --clients /nowhere.csv",
                "--rate 5"
            })
    void refusesArgumentsThatMakeNoSense(String line) {
        assertThat(run(("bench run " + line).split(" "))).isEqualTo(2);
        assertThat(err.toString()).isNotEmpty();
    }

    private int run(String... args) {
        CommandLine command = IsochroneMain.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(args);
    }
}
