package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class LastLinesTest {
    private static String text(int limit, String written) {
        LastLines lines = new LastLines(limit);
        lines.readAll(new ByteArrayInputStream(written.getBytes(StandardCharsets.UTF_8)));
        return lines.text();
    }

    @Test
    void keepsOnlyTheLastLines() {
        assertThat(text(2, "one\ntwo\nthree\n")).isEqualTo("\n    two\n    three");
        assertThat(text(2, "")).isEmpty();
    }

    @Test
    void cutsLongLines() {
        assertThat(text(2, "x".repeat(1000))).isEqualTo("\n    " + "x".repeat(400));
    }

    @Test
    @Timeout(30)
    void aProcessThatFailsToStartSaysWithWhatAndWhy() throws IOException {
        NodeProcess process = NodeProcess.start(List.of("-Xmx32m"), List.of("neither-router-nor-gateway"));

        try {
            assertThatThrownBy(process::awaitReady)
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("node: neither-router-nor-gateway, ")
                    .hasMessageContaining("(expected: ready)");
        } finally {
            process.end();
        }
        assertThat(process.describe()).contains("ended with exit code");
    }
}
