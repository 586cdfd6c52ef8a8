package io.isochrone.config.source;

import static io.isochrone.config.source.ScriptedControl.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFolderTest {
    @TempDir
    Path temp;

    private static List<Long> versions(SnapshotFolder folder) {
        return folder.read().stream()
                .map(kept -> kept.snapshot().id().version())
                .toList();
    }

    private SnapshotFolder written(int versions) throws IOException {
        SnapshotFolder folder = new SnapshotFolder(temp.resolve("a/b"));
        for (int version = 1; version <= versions; version++) {
            folder.write(snapshot(version, "echo", "westeurope"));
        }
        return folder;
    }

    private Path newest() {
        return new SnapshotFolder(temp.resolve("a/b")).read().get(0).file();
    }

    @Test
    void hasNothingAtFirst() {
        assertThat(new SnapshotFolder(temp.resolve("none")).read()).isEmpty();
    }

    @Test
    void keepsTwoGenerationsNewestFirst() throws IOException {
        assertThat(versions(written(5))).containsExactly(5L, 4L);
        try (Stream<Path> files = Files.list(temp.resolve("a/b"))) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void isReadByItsOwnerOnly() throws IOException {
        assumeTrue(temp.getFileSystem().supportedFileAttributeViews().contains("posix"));
        written(1);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(newest())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temp.resolve("a/b"))))
                .isEqualTo("rwx------");
    }

    /** P14: the newest is damaged, wherever. */
    @Test
    void anyDamageToTheNewestLeavesTheOneBefore() throws IOException {
        written(5);
        Path file = newest();
        byte[] good = Files.readAllBytes(file);
        Random random = new Random(3);
        for (int i = 0; i < 200; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 + random.nextInt(255));
            Files.write(file, bad);
            assertThat(versions(new SnapshotFolder(temp.resolve("a/b")))).containsExactly(4L);
        }
        for (int length : new int[] {0, 1, 71, 72, 73, good.length / 2, good.length - 1}) {
            Files.write(file, java.util.Arrays.copyOf(good, length));
            assertThat(versions(new SnapshotFolder(temp.resolve("a/b")))).containsExactly(4L);
        }
    }

    @Test
    void bothDamagedIsNothing() throws IOException {
        SnapshotFolder folder = written(5);
        for (SnapshotFolder.Kept kept : folder.read()) {
            Files.writeString(kept.file(), "x");
        }

        assertThat(folder.read()).isEmpty();
    }

    @Test
    void afterAStartFromTheOlderTheDamagedOneIsReplaced() throws IOException {
        written(5);
        Files.writeString(newest(), "x");
        SnapshotFolder again = new SnapshotFolder(temp.resolve("a/b"));
        again.runs(again.read().get(0));

        again.write(snapshot(6, "echo", "westeurope"));

        assertThat(versions(again)).containsExactly(6L, 4L);
    }

    @Test
    void aWriteThatFailsLeavesWhatWasThere() throws IOException {
        SnapshotFolder folder = written(2);
        Path pending = temp.resolve("a/b/written-" + ProcessHandle.current().pid());
        Files.createDirectories(pending.resolve("in the way"));

        assertThatThrownBy(() -> folder.write(snapshot(3, "echo", "westeurope")))
                .isInstanceOf(IOException.class);

        assertThat(versions(folder)).containsExactly(2L, 1L);
    }

    @Test
    void aFileCopiedFromAPeerWillDo() throws IOException {
        written(3);
        Path fresh = Files.createDirectories(temp.resolve("fresh"));
        Files.copy(newest(), fresh.resolve("snapshot-1"));

        assertThat(versions(new SnapshotFolder(fresh))).containsExactly(3L);
    }
}
