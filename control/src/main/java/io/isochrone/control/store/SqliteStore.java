package io.isochrone.control.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The store of a control plane of one process: one SQLite file in a folder of its own, {@value SqliteFile#NAME}, which only its owner
 * may read.
 *
 * <p>A commit is on the disk (write-ahead log, flushed) before it is acknowledged; when the file cannot grow the commit fails whole
 * and the next one works as soon as there is room. Reads see the newest commit and wait for none. Leases are in memory: no other
 * process can hold one, because the file is exclusive.
 *
 * <p>Thread-safe.
 */
public final class SqliteStore implements Store {
    private final SqliteFile file;
    private final SqliteReaders readers;
    private final SqliteCommits commits;
    private final Watchers watchers;
    private final LongSupplier nanoTime;
    private final Map<String, Lease> leases = new HashMap<>();

    private record Lease(String owner, long endNanos) {}

    private SqliteStore(
            SqliteFile file, SqliteReaders readers, SqliteWriter writer, InstantSource clock, LongSupplier nanoTime) {
        this.file = file;
        this.readers = readers;
        this.nanoTime = nanoTime;
        this.watchers = new Watchers("store-watch", writer.revision());
        this.commits = new SqliteCommits(file.path(), writer, clock, watchers::tell);
    }

    /**
     * Opens the store of a folder, which is made with an empty store when there is none.
     *
     * @throws StoreException when another process has it open, or it is damaged or of a newer format; its files are as before
     */
    public static SqliteStore open(Path folder) {
        return open(folder, InstantSource.system(), System::nanoTime, KEPT_CHANGES, KEPT_BYTES);
    }

    static SqliteStore open(Path folder, InstantSource clock, LongSupplier nanoTime, int keptChanges, long keptBytes) {
        SqliteFile file = SqliteFile.open(folder);
        SqliteReaders readers = new SqliteReaders(file);
        try {
            return new SqliteStore(
                    file, readers, new SqliteWriter(file.writer(), keptChanges, keptBytes), clock, nanoTime);
        } catch (SQLException e) {
            file.close();
            throw SqliteErrors.of(file.path(), e);
        }
    }

    @Override
    public @Nullable Entry get(String key) {
        Bounds.checkKey(key);
        return readers.read(connection -> {
            try (PreparedStatement find =
                    connection.prepareStatement("SELECT value, revision FROM entries WHERE key=?")) {
                find.setString(1, key);
                try (ResultSet result = find.executeQuery()) {
                    return result.next() ? new Entry(key, result.getString(1), result.getLong(2)) : null;
                }
            }
        });
    }

    @Override
    public Contents list(String prefix) {
        Bounds.checkPrefix(prefix);
        Contents contents = readers.read(connection -> list(connection, prefix));
        return contents == null ? new Contents(List.of(), 0) : contents;
    }

    @Override
    public long commit(Change change) {
        Bounds.check(change);
        return commits.commit(change);
    }

    @Override
    public List<PastChange> history(long before, int limit) {
        Bounds.checkHistory(before, limit);
        List<PastChange> changes = readers.read(connection -> history(connection, before, limit));
        return changes == null ? List.of() : changes;
    }

    @Override
    public Watch watch(LongConsumer newest) {
        return watchers.add(newest);
    }

    @Override
    public boolean lead(String role, String owner, Duration time) {
        Bounds.checkLease(role, owner, time);
        synchronized (leases) {
            long now = nanoTime.getAsLong();
            Lease lease = leases.get(role);
            if (lease != null && lease.endNanos() - now > 0 && !lease.owner().equals(owner)) {
                return false;
            }
            leases.put(role, new Lease(owner, now + time.toNanos()));
            return true;
        }
    }

    /** What waits is committed first. */
    @Override
    public void close() {
        commits.close();
        watchers.close();
        readers.close();
        try {
            commits.writer().close();
        } catch (SQLException e) {
            throw SqliteErrors.of(file.path(), e);
        } finally {
            file.close();
        }
    }

    /** For tests of a full disk. */
    SqliteWriter writer() {
        return commits.writer();
    }

    private static Contents list(Connection connection, String prefix) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            try (PreparedStatement find = connection.prepareStatement(
                            "SELECT key, value, revision FROM entries WHERE key>=? ORDER BY key");
                    ResultSet state = statement.executeQuery("SELECT number FROM state WHERE name='revision'")) {
                long revision = state.next() ? state.getLong(1) : 0;
                find.setString(1, prefix);
                List<Entry> entries = new ArrayList<>();
                try (ResultSet each = find.executeQuery()) {
                    while (each.next() && each.getString(1).startsWith(prefix)) {
                        entries.add(new Entry(each.getString(1), each.getString(2), each.getLong(3)));
                    }
                }
                return new Contents(entries, revision);
            } finally {
                statement.execute("COMMIT");
            }
        }
    }

    private static List<PastChange> history(Connection connection, long before, int limit) throws SQLException {
        try (PreparedStatement find = connection.prepareStatement(
                "SELECT revision, change FROM history WHERE revision<? ORDER BY revision DESC LIMIT ?")) {
            find.setLong(1, before == 0 ? Long.MAX_VALUE : before);
            find.setInt(2, limit);
            List<PastChange> changes = new ArrayList<>();
            try (ResultSet each = find.executeQuery()) {
                while (each.next()) {
                    changes.add(PastChangeBytes.read(each.getLong(1), each.getBytes(2)));
                }
            }
            return changes;
        }
    }
}
