package io.isochrone.config.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileSourceTest {
    private static final String GOOD = """
            service:
              name: %s
              tier: Premium
              primary: {location: westeurope, nodes: [127.0.0.1:1]}
            """;

    private static final String SECOND = """
              additional-locations:
                - {location: eastus, nodes: [127.0.0.1:2]}
            """;

    @TempDir
    private Path folder;

    private Path file;
    private final List<String> taken = new ArrayList<>();

    @BeforeEach
    void startWithAGoodFile() throws IOException {
        file = folder.resolve("d.yaml");
        write(GOOD.formatted("one"));
    }

    private FileSource source() {
        return new FileSource(file, deployment -> taken.add(deployment.service().name()));
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }

    private static void look(FileSource source) {
        source.poll();
        source.poll();
    }

    @Test
    void aGoodChangeIsTakenOnceAndTheSameContentNever() throws IOException {
        FileSource source = source();

        look(source);
        write(GOOD.formatted("two"));
        look(source);
        look(source);
        write(GOOD.formatted("two"));
        look(source);

        assertThat(taken).containsExactly("two");
        assertThat(source.loads()).isEqualTo(1);
        assertThat(source.isStale()).isFalse();
    }

    @Test
    void aBadChangeIsRefusedWholeOnceAndSaysWhy() throws IOException {
        FileSource source = source();

        write(GOOD.formatted("9bad"));
        look(source);
        look(source);

        assertThat(taken).isEmpty();
        assertThat(source.refusals()).isEqualTo(1);
        assertThat(source.isStale()).isTrue();
        assertThat(source.lastProblem()).contains("d.yaml:2:3: service.name: \"9bad\" (expected: ");
    }

    @Test
    void whatIsInForceAlreadyEndsARefusalWithoutBeingTakenAgain() throws IOException {
        FileSource source = source();

        write("nonsense");
        look(source);
        write(GOOD.formatted("one"));
        look(source);

        assertThat(taken).isEmpty();
        assertThat(source.isStale()).isFalse();
        assertThat(source.loads()).isZero();
    }

    @Test
    void halfAFileIsNotTakenEvenIfItIsAGoodFileWithFewerRegions() throws IOException {
        FileSource source = source();

        write(GOOD.formatted("two"));
        source.poll();
        write(GOOD.formatted("two") + SECOND);
        source.poll();
        assertThat(taken).isEmpty();
        source.poll();

        assertThat(taken).containsExactly("two");
    }

    @Test
    void aMissingOrEmptyFileIsWaitedForAndCountsAsStale() throws IOException {
        FileSource source = source();

        Files.delete(file);
        look(source);
        assertThat(source.isStale()).isTrue();
        write("");
        look(source);
        assertThat(source.lastProblem()).contains("(expected: a readable file)");
        write(GOOD.formatted("one"));
        look(source);
        assertThat(source.isStale()).isFalse();
        write(GOOD.formatted("three"));
        look(source);

        assertThat(taken).containsExactly("three");
        assertThat(source.refusals()).isZero();
    }

    @Test
    void aFolderInPlaceOfTheFileIsUnreadable() throws IOException {
        FileSource source = source();

        Files.delete(file);
        Files.createDirectory(file);
        look(source);

        assertThat(source.isStale()).isTrue();
        assertThat(taken).isEmpty();
    }

    @Test
    void aRefusedFileThatWasAwayIsStillRefused() throws IOException {
        FileSource source = source();

        write("nonsense");
        look(source);
        Files.delete(file);
        look(source);
        write("nonsense");
        look(source);

        assertThat(source.refusals()).isEqualTo(1);
        assertThat(source.isStale()).isTrue();
        assertThat(source.lastProblem()).contains("a mapping");
    }

    @Test
    void aSwappedLinkToAnOlderFileIsAChange() throws IOException {
        Path other = folder.resolve("other.yaml");
        Files.writeString(other, GOOD.formatted("two"));
        Files.setLastModifiedTime(other, FileTime.fromMillis(0));
        Path first = folder.resolve("first.yaml");
        Files.move(file, first);
        Files.createSymbolicLink(file, first);
        FileSource source = source();

        Path next = folder.resolve("next");
        Files.createSymbolicLink(next, other);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
        look(source);

        assertThat(taken).containsExactly("two");
    }

    @Test
    void aFileBeyondTheBoundIsRefusedWithoutBeingReadWhole() throws IOException {
        FileSource source = source();

        write("#".repeat((1 << 20) + 5));
        look(source);

        assertThat(source.refusals()).isEqualTo(1);
        assertThat(source.lastProblem()).contains("larger than 1 MiB");
    }

    @Test
    void aTakerThatRefusesKeepsTheOldOne() throws IOException {
        FileSource source = new FileSource(file, deployment -> {
            throw new IllegalArgumentException("geo-database: x");
        });

        write(GOOD.formatted("two"));
        look(source);

        assertThat(source.refusals()).isEqualTo(1);
        assertThat(source.loads()).isZero();
        assertThat(source.lastProblem()).endsWith("d.yaml: geo-database: x");
    }

    @Test
    void aBugInTheTakerDoesNotEndTheWatching() throws IOException, InterruptedException {
        CountDownLatch good = new CountDownLatch(1);
        FileSource source = new FileSource(file, deployment -> takeUnlessTwo(deployment, good));
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
        try {
            write(GOOD.formatted("two"));
            look(source);
            assertThat(source.refusals()).isEqualTo(1);
            write(GOOD.formatted("three"));
            source.watch(executor);

            good.await();
            assertThat(source.refusals()).isEqualTo(1);
        } finally {
            executor.shutdownNow();
        }
    }

    private static void takeUnlessTwo(Deployment deployment, CountDownLatch good) {
        if (deployment.service().name().equals("two")) {
            throw new IllegalStateException("bug");
        }
        good.countDown();
    }
}
