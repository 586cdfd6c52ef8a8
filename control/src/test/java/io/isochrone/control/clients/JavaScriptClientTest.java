package io.isochrone.control.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Microsoft's JavaScript client, as its users install it, against a control plane over TLS: what it does with a service, and with what
 * stands below one.
 */
final class JavaScriptClientTest {
    private static final Path SOURCES = Path.of("src/test/js");
    private static final Path INSTALLED = Path.of("target/js");
    private static final List<String> FILES =
            List.of("package.json", "package-lock.json", "client.mjs", "service.mjs", "configuration.mjs");

    @TempDir
    private Path folder;

    /** How a program ended. */
    private record Ended(int code, String output) {}

    @ParameterizedTest
    @ValueSource(strings = {"service.mjs", "configuration.mjs"})
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void doesWhatItIsUsedTo(String program) throws IOException, InterruptedException {
        assertThat(isThere("node") && isThere("npm"))
                .as("node and npm; install them with: apt-get install nodejs npm")
                .isTrue();
        install();

        try (RunningControl control =
                RunningControl.start(folder.resolve("data"), "story-apim", "westeurope", "eastasia")) {
            Ended story = run(
                    Map.of(
                            "ISOCHRONE_CONTROL", control.url(),
                            "ISOCHRONE_TOKEN_FILE", control.token().toString(),
                            "NODE_EXTRA_CA_CERTS", control.authority().toString()),
                    "node",
                    program);

            assertThat(story.code()).as(story.output()).isZero();
        }
    }

    private static boolean isThere(String program) {
        String path = System.getenv("PATH");
        for (String each : (path == null ? "" : path).split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(each, program))) {
                return true;
            }
        }
        return false;
    }

    /** Installs what the lock file names, unless that was done already. */
    private void install() throws IOException, InterruptedException {
        Files.createDirectories(INSTALLED);
        Path lock = INSTALLED.resolve("package-lock.json");
        boolean same = Files.exists(INSTALLED.resolve("installed"))
                && Files.exists(lock)
                && Files.mismatch(lock, SOURCES.resolve("package-lock.json")) < 0;
        for (String file : FILES) {
            Files.copy(SOURCES.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        if (!same) {
            Files.deleteIfExists(INSTALLED.resolve("installed"));
            Ended npm = run(Map.of(), "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
            assertThat(npm.code()).as(npm.output()).isZero();
            Files.createFile(INSTALLED.resolve("installed"));
        }
    }

    private Ended run(Map<String, String> env, String... command) throws IOException, InterruptedException {
        Path log = folder.resolve(command[0] + ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(INSTALLED.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(env);
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(2, TimeUnit.MINUTES);
            return new Ended(ended ? process.exitValue() : -1, Files.readString(log));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
