package io.isochrone.router.geo;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.GeoPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GeoFileTest {
    private static final long BUILT = 1_700_000_000L;
    private static final byte[] ADDRESS = {9, 1, 2, 3};

    @TempDir
    Path folder;

    private int writes;

    /** Puts a database in the file's place as operators should: written beside it, then moved. */
    private Path put(Path file, double latitude, long built) throws IOException {
        Path beside = new MmdbFixture(4, built)
                .with("9.0.0.0/8", MmdbFixture.flat(latitude, 0))
                .write(folder.resolve("new"));
        return move(beside, file);
    }

    /** Each write has a time of its own, whatever the file system's resolution. */
    private Path move(Path from, Path to) throws IOException {
        Files.setLastModifiedTime(from, FileTime.from(BUILT + ++writes, TimeUnit.SECONDS));
        return Files.move(from, to, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static double latitude(GeoFile file) {
        return Objects.requireNonNull(file.database().place(ADDRESS)).point().latitude();
    }

    @Test
    void aChangedFileIsTakenAtTheSecondLook() throws Exception {
        Path path = put(folder.resolve("geo.mmdb"), 1, BUILT);
        GeoFile file = GeoFile.open(path);
        assertThat(file.poll()).isFalse();

        put(path, 2, BUILT + 1);

        assertThat(file.poll()).isFalse();
        assertThat(latitude(file)).isEqualTo(1);
        assertThat(file.poll()).isTrue();
        assertThat(latitude(file)).isEqualTo(2);
        assertThat(file.poll()).isFalse();
        assertThat(file.loads()).isEqualTo(1);
    }

    @Test
    void anOlderFileIsRefusedAndTheOldOneStays() throws Exception {
        Path path = put(folder.resolve("geo.mmdb"), 1, BUILT);
        GeoFile file = GeoFile.open(path);

        put(path, 2, BUILT - 1);
        file.poll();

        assertThat(file.poll()).isFalse();
        assertThat(latitude(file)).isEqualTo(1);
        assertThat(file.isStale()).isTrue();
        assertThat(file.refusals()).isEqualTo(1);
    }

    @Test
    void cutAndEmptyFilesAreRefusedOnceUntilAGoodOneComes() throws Exception {
        Path path = put(folder.resolve("geo.mmdb"), 1, BUILT);
        GeoFile file = GeoFile.open(path);
        byte[] whole = Files.readAllBytes(path);

        for (int length : new int[] {0, 100, whole.length / 2}) {
            move(Files.write(folder.resolve("new"), java.util.Arrays.copyOf(whole, length)), path);
            file.poll();
            file.poll();
            file.poll();
        }
        assertThat(file.refusals()).isEqualTo(3);
        assertThat(file.isStale()).isTrue();
        put(path, 3, BUILT);
        file.poll();

        assertThat(file.poll()).isTrue();
        assertThat(file.isStale()).isFalse();
        assertThat(latitude(file)).isEqualTo(3);
    }

    @Test
    void aFileThatGoesAwayIsStaleUntilItIsBack() throws Exception {
        Path path = put(folder.resolve("geo.mmdb"), 1, BUILT);
        GeoFile file = GeoFile.open(path);
        Files.delete(path);
        assertThat(file.poll()).isFalse();
        assertThat(file.isStale()).isTrue();
        assertThat(latitude(file)).isEqualTo(1);

        put(path, 1, BUILT);
        file.poll();
        file.poll();

        assertThat(file.isStale()).isFalse();
    }

    @Test
    void everyAnswerUnderAThousandSwapsIsOneOfTheTwo() throws Exception {
        Path path = put(folder.resolve("geo.mmdb"), 1, BUILT);
        GeoFile file = GeoFile.open(path);
        GeoPoint one = new GeoPoint(1, 0);
        GeoPoint two = new GeoPoint(2, 0);
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<Place> wrong = new AtomicReference<>();
        CountDownLatch asking = new CountDownLatch(1);
        CompletableFuture<Void> asker = CompletableFuture.runAsync(() -> {
            while (!done.get()) {
                MmdbDatabase database = file.database();
                Place first = database.place(ADDRESS);
                Place again = database.place(ADDRESS);
                if (!first.equals(again)
                        || !first.point().equals(one) && !first.point().equals(two)) {
                    wrong.set(first);
                }
                asking.countDown();
            }
        });
        asking.await();

        for (int i = 0; i < 1000; i++) {
            put(path, i % 2 + 1, BUILT);
            file.poll();
            assertThat(file.poll()).isTrue();
            assertThat(latitude(file)).isEqualTo(i % 2 + 1);
        }
        done.set(true);
        asker.join();

        assertThat(wrong.get()).isNull();
        assertThat(file.loads()).isEqualTo(1000);
    }
}
