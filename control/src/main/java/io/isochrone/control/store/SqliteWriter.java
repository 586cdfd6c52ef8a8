package io.isochrone.control.store;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * One transaction of the database at a time, made of changes.
 *
 * <p>Conditions are checked before anything of a change is written, so one that is refused leaves the transaction as it was. What is
 * kept in memory (revision, size of the history) follows the file: after a rollback it is read again.
 *
 * <p>Not thread-safe; confined to its owner.
 */
final class SqliteWriter implements AutoCloseable {
    private static final String PUT = "INSERT INTO entries(key, value, revision, crc) VALUES(?, ?, ?, ?)"
            + " ON CONFLICT(key) DO UPDATE SET value=excluded.value, revision=excluded.revision, crc=excluded.crc";

    private final Connection connection;
    /** Closed and opened anew after a failure. */
    private Statement statement;

    private final int keptChanges;
    private final long keptBytes;
    private long revision;
    private long changes;
    private long bytes;

    SqliteWriter(Connection connection, int keptChanges, long keptBytes) throws SQLException {
        this.connection = connection;
        this.keptChanges = keptChanges;
        this.keptBytes = keptBytes;
        this.statement = connection.createStatement();
        measure();
    }

    /** The revision that the next change follows. */
    long revision() {
        return revision;
    }

    void begin() throws SQLException {
        statement.execute("BEGIN IMMEDIATE");
    }

    void commit() throws SQLException {
        statement.execute("COMMIT");
    }

    /** Back to what is on the disk; SQLite may have rolled back by itself. */
    void rollback() throws SQLException {
        if (!connection.isClosed()) {
            try {
                statement.execute("ROLLBACK");
            } catch (SQLException e) {
                // There was no transaction any more.
            }
            statement = connection.createStatement();
            measure();
        }
    }

    /** Does the change within the transaction; {@link ConflictException} when a condition does not hold, and nothing is done. */
    long apply(Change change, Instant at) throws SQLException {
        for (Map.Entry<String, Long> each : new TreeMap<>(change.conditions()).entrySet()) {
            Entry entry = find(each.getKey());
            if ((entry == null ? 0 : entry.revision()) != each.getValue()) {
                throw new ConflictException(each.getKey());
            }
        }
        long next = revision + 1;
        if (change.audit() != null) {
            write(next, PastChangeBytes.write(change, change.audit(), at, before(change)));
        }
        for (Map.Entry<String, String> each : change.puts().entrySet()) {
            Entry entry = new Entry(each.getKey(), each.getValue(), next);
            update(PUT, entry.key(), entry.value(), entry.revision(), crc(entry));
        }
        for (String each : change.deletes()) {
            update("DELETE FROM entries WHERE key=?", each);
        }
        update("UPDATE state SET number=? WHERE name='revision'", next);
        revision = next;
        return next;
    }

    /** The file may have this many pages from now on; beyond them it is full as a disk would be. */
    void limitPages(long pages) throws SQLException {
        statement.execute("PRAGMA max_page_count=" + pages);
    }

    /** How many pages the file has. */
    long pages() throws SQLException {
        try (ResultSet result = statement.executeQuery("PRAGMA page_count")) {
            return result.next() ? result.getLong(1) : 0;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    /** Of an entry's whole row. */
    static long crc(Entry entry) {
        CRC32 crc = new CRC32();
        crc.update(entry.key().getBytes(StandardCharsets.UTF_8));
        crc.update(0);
        crc.update(entry.value().getBytes(StandardCharsets.UTF_8));
        crc.update(0);
        crc.update(Long.toString(entry.revision()).getBytes(StandardCharsets.US_ASCII));
        return crc.getValue();
    }

    private void write(long next, byte[] change) throws SQLException {
        update("INSERT INTO history(revision, change) VALUES(?, ?)", next, change);
        changes++;
        bytes += change.length;
        while (changes > keptChanges || (bytes > keptBytes && changes > 1)) {
            long oldest;
            try (ResultSet first =
                    statement.executeQuery("SELECT revision, length(change) FROM history ORDER BY revision LIMIT 1")) {
                if (!first.next()) {
                    return;
                }
                oldest = first.getLong(1);
                bytes -= first.getLong(2);
                changes--;
            }
            update("DELETE FROM history WHERE revision=?", oldest);
        }
    }

    private Map<String, String> before(Change change) throws SQLException {
        Map<String, String> before = new HashMap<>();
        for (String key : change.puts().keySet()) {
            remember(before, find(key));
        }
        for (String key : change.deletes()) {
            remember(before, find(key));
        }
        return before;
    }

    private static void remember(Map<String, String> before, @Nullable Entry entry) {
        if (entry != null) {
            before.put(entry.key(), entry.value());
        }
    }

    private @Nullable Entry find(String key) throws SQLException {
        try (PreparedStatement find = connection.prepareStatement("SELECT value, revision FROM entries WHERE key=?")) {
            find.setString(1, key);
            try (ResultSet result = find.executeQuery()) {
                return result.next() ? new Entry(key, result.getString(1), result.getLong(2)) : null;
            }
        }
    }

    /** Prepared each time: the driver closes a statement that has failed once. */
    private void update(String sql, Object... values) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                update.setObject(i + 1, values[i]);
            }
            update.executeUpdate();
        }
    }

    private void measure() throws SQLException {
        try (ResultSet result = statement.executeQuery("SELECT number FROM state WHERE name='revision'")) {
            revision = result.next() ? result.getLong(1) : 0;
        }
        try (ResultSet result =
                statement.executeQuery("SELECT count(*), coalesce(sum(length(change)), 0) FROM history")) {
            result.next();
            changes = result.getLong(1);
            bytes = result.getLong(2);
        }
    }
}
