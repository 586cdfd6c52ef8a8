package io.isochrone.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the command says, and its exit code, when it cannot start. */
final class RouterMainTest {
    @TempDir
    Path folder;

    private String said = "";

    private int run(String config, String... arguments) throws IOException {
        Path file = Files.writeString(folder.resolve("world.yaml"), config);
        String[] all = new String[arguments.length + 2];
        all[0] = "--config";
        all[1] = file.toString();
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        StringWriter err = new StringWriter();
        int code =
                new CommandLine(new RouterMain()).setErr(new PrintWriter(err)).execute(all);
        said = err.toString();
        return code;
    }

    private static String config(String router) {
        return """
                service:
                  name: contoso
                  tier: Premium
                  primary:
                    location: West Europe
                    nodes: [127.0.0.1:1]
                apis:
                  - name: echo
                    path: /
                    backends: [http://127.0.0.1:2]
                router:
                  listen: 127.0.0.1:0
                  admin: 127.0.0.1:0
                """ + router;
    }

    @Test
    void aBadConfigurationIsToldWithItsPlace() throws IOException {
        assertThat(run(config("  lissten: 127.0.0.1:0\n"))).isEqualTo(2);
        assertThat(said).contains("world.yaml:14:3: router.lissten").contains("listen");
    }

    @Test
    void aMissingFileIsTold() {
        StringWriter err = new StringWriter();

        int code = new CommandLine(new RouterMain())
                .setErr(new PrintWriter(err))
                .execute("--config", folder.resolve("none.yaml").toString());

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("none.yaml");
    }

    @Test
    void aBrokenGeoDatabaseIsTold() throws IOException {
        Files.write(folder.resolve("broken.mmdb"), new byte[100]);

        assertThat(run(config("  geo-database: broken.mmdb\n"))).isEqualTo(2);
        assertThat(said).contains("geo-database: ").contains("broken.mmdb").contains("(expected: ");
    }

    @Test
    void aPortInUseIsTold() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();

            assertThat(run(config(""), "--listen", address)).isEqualTo(2);
            assertThat(said).contains(address);
            assertThat(run(config(""), "--admin", address)).isEqualTo(2);
            assertThat(said).contains(address);
        }
    }

    @Test
    void anAddressThatIsNoneIsTold() throws IOException {
        assertThat(run(config(""), "--listen", "nowhere")).isEqualTo(2);
        assertThat(said).contains("nowhere").contains("expected");
    }
}
