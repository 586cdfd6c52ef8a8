package io.isochrone.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.control.access.SecretFiles;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What the command refuses, and tokens made while nothing runs. */
final class ControlMainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private Path data;

    @BeforeEach
    void data() {
        data = folder.resolve("data");
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--data");
        all.add(data.toString());
        return new CommandLine(new ControlMain())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(new String[0]));
    }

    @ParameterizedTest
    @CsvSource({
        "--listen=nowhere, --listen",
        "--listen=127.0.0.1:99999, --listen",
        "--tls-cert=a.pem, one without the other",
        "--operation-timeout=0, --operation-timeout: 0 (expected: 1 to 86400)",
        "--drain-timeout=-1, --drain-timeout: -1 (expected: 1 to 86400)",
        "--etcd=host:2379, --etcd: host:2379",
        "--etcd-user=u, --etcd-password-file"
    })
    void optionsThatMakeNoSenseEndWithTheirName(String option, String told) {
        assertThat(run(option)).isEqualTo(2);

        assertThat(err.toString()).contains(told).doesNotContain("\tat ");
    }

    @Test
    void aCertificateThatCannotBeUsedIsTold() throws Exception {
        SecretFiles.write(folder.resolve("bad.pem"), "nothing");

        int code = run(
                "--listen=127.0.0.1:0",
                "--tls-cert=" + folder.resolve("bad.pem"),
                "--tls-key=" + folder.resolve("bad.pem"));

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("bad.pem").contains("no certificate in it");
    }

    @Test
    void aPortThatIsTakenIsTold() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(run("--listen=127.0.0.1:" + taken.getLocalPort())).isEqualTo(2);
        }
        assertThat(err.toString()).contains("a free port");
    }

    @Test
    void aTokenIsMadeWhileNothingRunsAndWorksAfterwards() throws Exception {
        Control.start(ControlOptions.local(data)).close();

        assertThat(run("token", "create", "--role=reader", "--name=alice")).isZero();

        assertThat(out.toString()).startsWith("isochrone_");
        assertThat(run("token", "create", "--role=king")).isEqualTo(2);
        assertThat(err.toString()).contains("expected: reader, operator or node");
    }

    @Test
    void aTokenIsNotMadeBesideARunningControlPlaneNorInAFolderThatIsNone() throws Exception {
        assertThat(run("token", "create", "--role=reader")).isEqualTo(2);
        assertThat(err.toString()).contains("the folder of a control plane");
        assertThat(Files.exists(data)).isFalse();
        try (Control running = Control.start(ControlOptions.local(data))) {
            assertThat(running.port()).isPositive();
            assertThat(run("token", "create", "--role=reader")).isEqualTo(2);
        }
        assertThat(err.toString()).contains("in use by another control plane");
    }
}
