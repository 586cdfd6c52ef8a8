package io.isochrone.config.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isochrone.config.problem.InvalidConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class YamlBoundsTest {
    private static final String SMALL = """
            service:
              name: small
              tier: developer
              primary: {location: westeurope, nodes: [127.0.0.1:1]}
            """;

    @TempDir
    private Path folder;

    private static void refused(String text, String why) {
        assertThatThrownBy(() -> DeploymentReader.read("f", text))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining(why);
    }

    @Test
    void nestingOfHalfAMebibyteIsRefusedWithoutUsingUpTheStack() {
        refused("[".repeat(500_000), "nesting deeper than 20");
        refused("{a: ".repeat(200_000), "nesting deeper than 20");
        refused("- ".repeat(500_000), "nesting deeper than 20");
        refused("? ".repeat(500_000), "nesting deeper than 20");
    }

    @Test
    void aliasesThatMultiplyAreRefused() {
        StringBuilder laughs = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 19; i++) {
            laughs.append("a" + i + ": &a" + i + " [" + "*a" + (i - 1) + ", *a" + (i - 1) + ", *a" + (i - 1) + "]\n");
        }

        refused(laughs.toString(), "more than 50 aliases");
    }

    @Test
    void aMebibyteIsReadAndMoreIsRefused() {
        String comment = "#".repeat((1 << 20) - SMALL.length());

        assertThat(DeploymentReader.read("f", SMALL + comment).service().name()).isEqualTo("small");
        refused(SMALL + comment + "#", "at most 1 MiB");
    }

    @Test
    void aByteOrderMarkAndCarriageReturnsDoNotDisturb() {
        String text = "\uFEFF" + SMALL.replace("\n", "\r\n");

        assertThat(DeploymentReader.read("f", text).service().name()).isEqualTo("small");
    }

    @Test
    void unprintableCharactersAreRefusedAtTheirPosition() {
        assertThatThrownBy(() -> DeploymentReader.read("f", SMALL + "x: \u0001\n"))
                .hasMessage("f:5:4: the character U+0001 (expected: printable text in UTF-8)");
    }

    @Test
    void otherEncodingsAreRefusedAtTheirLine() throws IOException {
        Path file = folder.resolve("latin.yaml");
        Files.write(file, (SMALL + "# f\u00fcr\n").getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> DeploymentReader.readFile(file))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessage(file + ":5:1: not UTF-8 (expected: text in UTF-8)");
    }

    @Test
    void relativePathsAreTakenFromTheFilesFolder() throws IOException {
        Path file = folder.resolve("d.yaml");
        Files.writeString(file, SMALL + "router: {geo-database: geo/../city.mmdb, access-log: {target: /var/log/a}}\n");

        var router = DeploymentReader.readFile(file).router();

        assertThat(router.geoDatabase()).isEqualTo(folder.resolve("city.mmdb").toString());
        assertThat(router.accessLog().target()).isEqualTo("/var/log/a");
    }

    @Test
    void longValuesAreCutInProblems() {
        assertThatThrownBy(() -> DeploymentReader.read("f", SMALL.replace("small", "9".repeat(10_000))))
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(300));
    }

    /** Bytes, not text: whatever a disk may hold. */
    @Test
    void anyBytesAreReadOrRefusedSeed5() {
        Random random = new Random(5);
        byte[] good = SMALL.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = i % 2 == 0 ? good.clone() : new byte[random.nextInt(200)];
            if (i % 2 == 0) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            } else {
                random.nextBytes(bytes);
            }
            try {
                DeploymentReader.read(Path.of("d.yaml"), bytes);
            } catch (InvalidConfigException e) {
                assertThat(e.problems())
                        .isNotEmpty()
                        .allSatisfy(p -> assertThat(p.line()).isPositive());
            }
        }
    }
}
