package io.isochrone.config.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckReportTest {
    @TempDir
    private Path folder;

    @Test
    void aGoodFileIsSummedUp() {
        CheckReport report = CheckReport.check(Path.of("world.yaml"));

        assertThat(report.isGood()).isTrue();
        assertThat(report.text()).isEqualTo("world.yaml: good (contoso, Premium: 4 regions, 5 nodes, 1 API)\n");
        assertThat(report.rows()).isEmpty();
    }

    @Test
    void problemsAreTextAndRows() throws IOException {
        Path file = folder.resolve("bad.yaml");
        Files.writeString(file, "service: {name: s, tier: Basik, primary: {location: eastus, nodes: [h:1]}}\n");

        CheckReport report = CheckReport.check(file);

        assertThat(report.text())
                .isEqualTo(
                        file + ":1:20: service.tier: \"Basik\" (expected: one of Developer, Basic, Standard, Premium;"
                                + " did you mean \"Basic\"?)\n1 problem\n");
        assertThat(report.rows()).hasSize(1);
        assertThat(report.rows().get(0).keySet())
                .containsExactlyElementsOf(
                        List.of("file", "line", "column", "path", "value", "expected", "suggestion"));
        assertThat(report.rows().get(0)).containsEntry("line", 1).containsEntry("value", "\"Basik\"");
    }

    @Test
    void aMissingFileAndAFolderAreProblemsToo() {
        assertThat(CheckReport.check(folder.resolve("none")).text()).contains("no such file");
        assertThat(CheckReport.check(folder).text()).contains("cannot be read");
    }
}
