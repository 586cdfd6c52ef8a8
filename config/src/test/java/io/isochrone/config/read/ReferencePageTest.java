package io.isochrone.config.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ReferencePageTest {
    private static final Path PAGE = Path.of("../docs/configuration.md");

    @Test
    void thePageIsWhatTheReaderReads() throws IOException {
        if (Boolean.getBoolean("reference.write")) {
            Files.writeString(PAGE, ReferencePage.text());
        }

        assertThat(Files.readString(PAGE)).isEqualTo(ReferencePage.text());
    }

    @Test
    void everyKeyHasAMeaning() {
        everyKeyHasAMeaning(DeploymentKeys.DEPLOYMENT);
    }

    private static void everyKeyHasAMeaning(Kind<?> kind) {
        for (Key<?> key : kind.fields()) {
            assertThat(key.name()).matches("[a-z]+(-[a-z]+)*");
            assertThat(key.meaning()).hasSizeGreaterThan(8);
            assertThat(key.defaultText()).isNotEmpty();
            everyKeyHasAMeaning(key.kind());
        }
    }
}
