package io.isochrone.control.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * The database file of a folder, held by this process alone. It is made whole under another name and then renamed, so a file that is
 * there is complete. What is damaged or of a newer format is refused before anything is written.
 *
 * <pre>
 * entries(key, value, revision, crc)   crc: CRC-32 of key, value and revision, compared at the start
 * history(revision, change)            PastChangeBytes
 * state(name, number)                  revision: of the newest commit
 * </pre>
 *
 * <p>Exclusive by a lock on {@code control.lock}, which the system releases however the process ends. Locks of the database itself
 * would keep our own readers out; and a JVM loses its lock when it closes a second channel on the file, so folders that are open are
 * also remembered.
 *
 * <p>Thread-safe: immutable once open.
 */
final class SqliteFile implements AutoCloseable {
    static final String NAME = "control.db";
    private static final String LOCK = "control.lock";
    private static final int FORMAT = 1;
    /** "ISOC", which stands in the header of every file of ours. */
    private static final int APPLICATION = 0x49534f43;

    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_BYTES = 100;
    private static final int FORMAT_OFFSET = 60;
    private static final int APPLICATION_OFFSET = 68;
    private static final int BUSY_MILLIS = 5_000;
    private static final int WAL_BYTES = 16 << 20;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final Path file;
    private final FileChannel lock;

    private SqliteFile(Path folder, FileChannel lock) {
        this.folder = folder;
        this.file = folder.resolve(NAME);
        this.lock = lock;
    }

    /** Opens or makes the file; the folder is made when it is not there. Throws {@link StoreException} and leaves all as it was. */
    static SqliteFile open(Path folder) {
        Path real;
        try {
            real = Files.createDirectories(folder).toRealPath();
        } catch (IOException e) {
            throw new StoreException(
                    "store: " + folder + " cannot be made (expected: a folder that this user may write)", e);
        }
        if (real.toString().contains("?")) {
            throw new StoreException("store: " + real + " (expected: a path without ?)", null);
        }
        if (!OPEN.add(real)) {
            throw inUse(real);
        }
        FileChannel lock = null;
        try {
            lock = FileChannel.open(real.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock.tryLock() == null) {
                throw inUse(real);
            }
            SqliteFile made = new SqliteFile(real, lock);
            made.prepare();
            return made;
        } catch (IOException e) {
            release(real, lock);
            throw new StoreException(
                    "store: " + real + " failed: " + e + " (expected: a folder that this user may write)", e);
        } catch (RuntimeException e) {
            release(real, lock);
            throw e;
        }
    }

    Path path() {
        return file;
    }

    /** A connection that may write; there is to be one at a time. */
    Connection writer() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setJournalSizeLimit(WAL_BYTES);
        config.setBusyTimeout(BUSY_MILLIS);
        return config.createConnection("jdbc:sqlite:" + file);
    }

    /** A connection that only reads. */
    Connection reader() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(BUSY_MILLIS);
        return config.createConnection("jdbc:sqlite:" + file);
    }

    @Override
    public void close() {
        release(folder, lock);
    }

    private void prepare() throws IOException {
        Path wal = folder.resolve(NAME + "-wal");
        try {
            if (Files.exists(file)) {
                checkHeader();
                checkContents();
            } else if (Files.exists(wal)) {
                throw new StoreException(
                        "store: " + wal + " is there without " + file
                                + " (expected: both; restore a copy, or an empty folder)",
                        null);
            } else {
                make();
            }
        } catch (SQLException e) {
            throw SqliteErrors.of(file, e);
        }
        ownerOnly(file);
        ownerOnly(wal);
    }

    private void make() throws IOException, SQLException {
        Path made = folder.resolve(NAME + ".new");
        Files.deleteIfExists(made);
        Files.deleteIfExists(folder.resolve(NAME + ".new-journal"));
        Files.createFile(made);
        ownerOnly(made);
        try (Connection connection = new SQLiteConfig().createConnection("jdbc:sqlite:" + made);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA application_id=" + APPLICATION);
            statement.execute("PRAGMA user_version=" + FORMAT);
            statement.execute(
                    "CREATE TABLE entries(key TEXT NOT NULL UNIQUE, value TEXT NOT NULL, revision INTEGER NOT NULL, crc INTEGER NOT NULL)");
            statement.execute("CREATE TABLE history(revision INTEGER PRIMARY KEY, change BLOB NOT NULL)");
            statement.execute("CREATE TABLE state(name TEXT PRIMARY KEY, number INTEGER NOT NULL)");
            statement.execute("INSERT INTO state VALUES('revision', 0)");
        }
        force(made);
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
        force(folder);
    }

    /** Reads the header without SQLite, which could write even when asked to open only. */
    private void checkHeader() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        try (FileChannel channel = FileChannel.open(file)) {
            while (header.hasRemaining() && channel.read(header) >= 0) {}
        }
        if (header.hasRemaining() || !Arrays.equals(MAGIC, 0, MAGIC.length, header.array(), 0, MAGIC.length)) {
            throw damaged("its header is not that of a database");
        }
        if (header.getInt(APPLICATION_OFFSET) != APPLICATION) {
            throw new StoreException(
                    "store: " + file + " belongs to another program (expected: a store of Isochrone, or none)", null);
        }
        int format = header.getInt(FORMAT_OFFSET);
        if (format != FORMAT) {
            throw new StoreException(
                    "store: " + file + " has format " + format + " (expected: " + FORMAT
                            + "; run the version of Isochrone that wrote it, or a newer one)",
                    null);
        }
    }

    private void checkContents() throws SQLException {
        try (Connection connection = reader();
                Statement statement = connection.createStatement()) {
            try (ResultSet result = statement.executeQuery("PRAGMA quick_check(1)")) {
                if (!result.next() || !"ok".equals(result.getString(1))) {
                    throw damaged(result.getString(1));
                }
            }
            long highest = 0;
            try (ResultSet each = statement.executeQuery("SELECT key, value, revision, crc FROM entries")) {
                while (each.next()) {
                    Entry entry = new Entry(each.getString(1), each.getString(2), each.getLong(3));
                    if (SqliteWriter.crc(entry) != each.getLong(4)) {
                        throw damaged(entry.key() + " is not what was written");
                    }
                    highest = Math.max(highest, entry.revision());
                }
            }
            try (ResultSet state = statement.executeQuery("SELECT number FROM state WHERE name='revision'")) {
                if (!state.next() || state.getLong(1) < highest) {
                    throw damaged("its revision is lower than that of its entries");
                }
            }
        }
    }

    private StoreException damaged(String why) {
        return new StoreException(
                "store: " + file + " is damaged: " + why
                        + " (expected: what was written; restore a copy, or import an export into an empty folder)",
                null);
    }

    private static StoreException inUse(Path folder) {
        return new StoreException(
                "store: " + folder
                        + " is in use by another control plane (expected: one at a time; stop the other, or use etcd)",
                null);
    }

    private static void release(Path folder, @Nullable FileChannel lock) {
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (IOException e) {
            throw new StoreException("store: " + folder + " could not be let go", e);
        } finally {
            OPEN.remove(folder);
        }
    }

    private static void ownerOnly(Path path) throws IOException {
        if (Files.exists(path) && Files.getFileStore(path).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(path, OWNER_ONLY);
        }
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path)) {
            channel.force(true);
        }
    }
}
