package io.isochrone.control.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqliteStoreTest extends StoreContractTest {
    private static final Change.Audit ALICE = new Change.Audit("alice", "PUT");

    @TempDir
    Path folder;

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

    @Override
    Store open() {
        return SqliteStore.open(folder, InstantSource.system(), nanos::get, 50 * 4, 1 << 20);
    }

    @Override
    Store other() {
        return store;
    }

    @Test
    void hasEverythingAgainAfterARestart() {
        long first = store.commit(Change.by(ALICE).put("a", "1").put("b", "1").build());
        long second = store.commit(Change.by(null).delete("b").build());
        store.close();

        store = open();

        assertThat(store.list("")).isEqualTo(new Contents(List.of(new Entry("a", "1", first)), second));
        assertThat(store.history(0, 10)).extracting(PastChange::revision).containsExactly(first);
        assertThat(put("a", "2")).isGreaterThan(second);
    }

    @Test
    void keepsTheNewestChangesOnly() {
        List<Long> revisions = new ArrayList<>();
        for (int i = 0; i < 210; i++) {
            revisions.add(0, store.commit(Change.by(ALICE).put("a", "" + i).build()));
        }

        assertThat(store.history(0, 1000)).extracting(PastChange::revision).isEqualTo(revisions.subList(0, 200));
    }

    @Test
    void keepsFewerChangesWhenTheyAreLarge() {
        StringBuilder text = new StringBuilder();
        SplittableRandom random = new SplittableRandom(5);
        while (text.length() < 200_000) {
            text.append(Long.toHexString(random.nextLong()));
        }
        for (int i = 0; i < 20; i++) {
            store.commit(Change.by(ALICE).put("a" + i, text.toString()).build());
        }

        assertThat(store.history(0, 1000)).hasSizeBetween(5, 15);
    }

    @Test
    void endsALeaseThatIsNotRenewed() {
        assertThat(store.lead("publisher", "a", Duration.ofSeconds(10))).isTrue();
        nanos.addAndGet(Duration.ofSeconds(9).toNanos());
        assertThat(store.lead("publisher", "b", Duration.ofSeconds(10))).isFalse();
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());

        assertThat(store.lead("publisher", "b", Duration.ofSeconds(10))).isTrue();
        assertThat(store.lead("publisher", "a", Duration.ofSeconds(10))).isFalse();
    }

    @Test
    void isReadableForItsOwnerOnly() throws IOException {
        put("a", "1");

        for (String name : List.of("control.db", "control.db-wal")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void refusesASecondControlPlaneOnTheSameFolder() {
        put("a", "1");

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> SqliteStore.open(folder))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("is in use by another control plane (expected: one at a time");
        }
        assertThat(put("a", "2")).isPositive();
    }

    @Test
    void refusesAFileOfANewerFormat() throws Exception {
        store.close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("control.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA user_version=2");
        }

        refuses("has format 2 (expected: 1; run the version of Isochrone that wrote it, or a newer one)");
    }

    @Test
    void refusesTheDatabaseOfAnotherProgram() throws Exception {
        store.close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("control.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA application_id=7");
        }

        refuses("belongs to another program");
    }

    @Test
    void refusesAFileThatIsNoDatabase() throws Exception {
        store.close();
        Files.writeString(folder.resolve("control.db"), "hello".repeat(100));

        refuses("is damaged: its header is not that of a database");
    }

    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {0, 50, 5000, 20_000})
    void refusesAFileThatWasCutOff(int bytes) throws Exception {
        fill();
        store.close();
        try (FileChannel channel = FileChannel.open(folder.resolve("control.db"), StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        }

        refuses("is damaged");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"value-7-", "key/13"})
    void refusesAFileWhoseBytesHaveChanged(String text) throws Exception {
        fill();
        store.close();
        String bytes = Files.readString(folder.resolve("control.db"), StandardCharsets.ISO_8859_1);
        String changed = bytes.replace(text, "z" + text.substring(1));
        Files.writeString(folder.resolve("control.db"), changed, StandardCharsets.ISO_8859_1);

        refuses("is damaged");
    }

    @Test
    void refusesALogWithoutItsFile() throws Exception {
        put("a", "1");
        Path copy = Files.createDirectory(folder.resolve("copy"));
        Files.copy(folder.resolve("control.db-wal"), copy.resolve("control.db-wal"));

        assertThatThrownBy(() -> SqliteStore.open(copy))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is there without");
    }

    @Test
    void startsAgainAfterItsFileWasHalfMade() throws Exception {
        store.close();
        Path half = Files.createDirectory(folder.resolve("half"));
        Files.writeString(half.resolve("control.db.new"), "SQLite");

        try (Store made = SqliteStore.open(half)) {
            assertThat(made.list("").entries()).isEmpty();
        }
    }

    @Test
    void refusesAFolderThatCannotBeMade() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> SqliteStore.open(file.resolve("data")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("cannot be made (expected: a folder that this user may write)");
    }

    @Test
    void changesNothingOnAFullDiskAndGoesOnWhenThereIsRoom() throws Exception {
        fill();
        SqliteWriter writer = ((SqliteStore) store).writer();
        writer.limitPages(writer.pages() + 2);
        Contents before = store.list("");
        List<PastChange> history = store.history(0, 100);
        String large = "x".repeat(100_000);

        assertThatThrownBy(() -> store.commit(Change.by(ALICE)
                        .put("key/1", "small")
                        .put("large/1", large)
                        .put("large/2", large)
                        .build()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(
                        "is full, nothing was changed (expected: room on its disk; free some, then try again)");
        assertThat(store.list("")).isEqualTo(before);
        assertThat(store.history(0, 100)).isEqualTo(history);
        assertThat(put("key/1", "small")).isEqualTo(before.revision() + 1);

        writer.limitPages(1_000_000);
        assertThat(put("large/1", large)).isEqualTo(before.revision() + 2);
    }

    @Test
    void failsOnlyWhatIsTooLargeWhenTheDiskIsFull() throws Exception {
        fill();
        SqliteWriter writer = ((SqliteStore) store).writer();
        writer.limitPages(writer.pages() + 2);
        String large = "x".repeat(200_000);
        AtomicLong full = new AtomicLong();
        AtomicLong stored = new AtomicLong();

        together(8, i -> {
            for (int round = 0; round < 10; round++) {
                try {
                    put("key/" + i, i == 0 ? large : "v" + round);
                    stored.incrementAndGet();
                } catch (StoreException e) {
                    assertThat(i).isZero();
                    full.incrementAndGet();
                }
            }
        });

        assertThat(full).hasValue(10);
        assertThat(stored).hasValue(70);
    }

    private void fill() {
        for (int i = 0; i < 40; i++) {
            store.commit(Change.by(ALICE)
                    .put("key/" + i, ("value-" + i + "-").repeat(50))
                    .build());
        }
    }

    /** And every file in the folder is as before. */
    private void refuses(String message) throws IOException {
        Map<String, String> before = files();
        assertThatThrownBy(() -> SqliteStore.open(folder))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(message);
        assertThat(files()).isEqualTo(before);
    }

    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (var all = Files.list(folder)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                byte[] bytes = Files.readAllBytes(each);
                if (!each.toString().endsWith("-shm") && bytes.length > 0) {
                    files.put(each.getFileName().toString(), bytes.length + " " + Arrays.hashCode(bytes));
                }
            }
        }
        return files;
    }
}
