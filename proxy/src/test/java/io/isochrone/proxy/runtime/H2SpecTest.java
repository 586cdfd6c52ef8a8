package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.isochrone.config.model.ConnectionSettings;
import io.isochrone.config.model.Limits;
import io.isochrone.config.model.ListenerTls;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.tls.NodeTls;
import io.isochrone.proxy.tls.Pki;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The h2spec conformance suite against a listener of ours: every case passes. */
final class H2SpecTest {
    private static final String ARCHIVE = "h2spec/2.2.0/h2spec_linux_amd64.tar.gz";
    private static final int BLOCK = 512;

    @TempDir
    Path folder;

    @Test
    @Timeout(120)
    void everyCasePassesOverCleartext() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> RawBackend.ok(out, "hello"));
                EngineFixture engine = EngineFixture.to(backend.port())) {
            String report = run("-h", "127.0.0.1", "-p", Integer.toString(engine.server.port()), "-o", "2");

            assertThat(report).contains("145 tests, 145 passed, 0 skipped, 0 failed");
        }
    }

    @Test
    @Timeout(120)
    void everyCasePassesOverTls() throws Exception {
        Pki pki = new Pki(folder, "Test CA");
        ListenerTls listener = ListenerTls.of(List.of(pki.write("a", pki.issue("localhost"))));
        NodeTls tls = NodeTls.open(new ConnectionSettings(listener, null, null));
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> RawBackend.ok(out, "hello"));
                EngineFixture engine =
                        new EngineFixture(Limits.DEFAULTS, Timeouts.GATEWAY_DEFAULTS, tls, false, backend.port())) {
            String port = Integer.toString(engine.server.port());

            String report = run("-h", "127.0.0.1", "-p", port, "-o", "2", "-t", "-k");

            assertThat(report).contains("145 tests, 145 passed, 0 skipped, 0 failed");
        }
    }

    private String run(String... arguments) throws Exception {
        String system = System.getProperty("os.name") + System.getProperty("os.arch");
        assumeTrue(system.toLowerCase(Locale.ROOT).equals("linuxamd64"), "the program is for Linux on x86-64");
        Path program = unpack();
        String[] command = new String[arguments.length + 1];
        command[0] = program.toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Path output = folder.resolve("report.txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(110, TimeUnit.SECONDS)).isTrue();
            String report = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(process.exitValue()).as(report).isZero();
            return report;
        } finally {
            process.destroyForcibly();
        }
    }

    /** Takes the one file out of the archive: a tar header of 512 bytes with the size in octal at 124, then the file. */
    private Path unpack() throws IOException {
        Path program = folder.resolve("h2spec");
        try (InputStream archive = H2SpecTest.class.getClassLoader().getResourceAsStream(ARCHIVE)) {
            assertThat(archive).as(ARCHIVE).isNotNull();
            InputStream tar = new BufferedInputStream(new GZIPInputStream(archive));
            byte[] header = tar.readNBytes(BLOCK);
            String octal = new String(header, 124, 11, StandardCharsets.US_ASCII).trim();
            Files.write(program, tar.readNBytes(Integer.parseInt(octal, 8)));
        }
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program;
    }
}
