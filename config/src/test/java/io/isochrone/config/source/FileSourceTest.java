package io.isochrone.config.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileSourceTest {
    private static final String GOOD = """
            service:
              name: %s
              tier: Developer
              primary: {location: westeurope, nodes: [127.0.0.1:1]}
            """;

    @TempDir
    private Path folder;

    private final List<String> taken = new ArrayList<>();

    private FileSource source(Path file) throws IOException {
        Files.writeString(file, GOOD.formatted("one"));
        return new FileSource(file, deployment -> taken.add(deployment.service().name()));
    }

    @Test
    void aGoodChangeIsTakenOnceAndTheSameContentNever() throws IOException {
        Path file = folder.resolve("d.yaml");
        FileSource source = source(file);

        source.poll();
        Files.writeString(file, GOOD.formatted("two"));
        source.poll();
        source.poll();
        Files.writeString(file, GOOD.formatted("two"));
        source.poll();

        assertThat(taken).containsExactly("two");
        assertThat(source.loads()).isEqualTo(1);
    }

    @Test
    void aBadChangeIsRefusedWholeOnceAndAMissingFileIsWaitedFor() throws IOException {
        Path file = folder.resolve("d.yaml");
        FileSource source = source(file);

        Files.writeString(file, GOOD.formatted("9bad"));
        source.poll();
        source.poll();
        Files.delete(file);
        source.poll();
        Files.writeString(file, GOOD.formatted("three"));
        source.poll();

        assertThat(taken).containsExactly("three");
        assertThat(source.refusals()).isEqualTo(1);
    }

    @Test
    void aTakerThatRefusesKeepsTheOldOne() throws IOException {
        Path file = folder.resolve("d.yaml");
        Files.writeString(file, GOOD.formatted("one"));
        FileSource source = new FileSource(file, deployment -> {
            throw new IllegalArgumentException("geo-database: x");
        });

        Files.writeString(file, GOOD.formatted("two"));
        source.poll();

        assertThat(source.refusals()).isEqualTo(1);
        assertThat(source.loads()).isZero();
    }
}
