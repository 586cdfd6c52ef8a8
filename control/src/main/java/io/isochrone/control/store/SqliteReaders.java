package io.isochrone.control.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connections that read beside the writer, each used by one reader at a time.
 *
 * <p>Thread-safe. At most {@value #CONNECTIONS} read at once; a further reader waits {@value #WAIT_SECONDS} s at most.
 */
final class SqliteReaders implements AutoCloseable {
    private static final int CONNECTIONS = 4;
    private static final int WAIT_SECONDS = 30;

    private final SqliteFile file;
    private final Semaphore free = new Semaphore(CONNECTIONS, true);
    private final Deque<Connection> idle = new ArrayDeque<>();
    private boolean closed;

    SqliteReaders(SqliteFile file) {
        this.file = file;
    }

    /** What is done with a connection. */
    interface Read<T> {
        @Nullable
        T with(Connection connection) throws SQLException;
    }

    <T> @Nullable T read(Read<T> read) {
        try {
            if (!free.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new StoreException(
                        "store: " + file.path() + " does not answer (expected: a disk that works)", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("store: interrupted before it was read", e);
        }
        try {
            return readNow(read);
        } finally {
            free.release();
        }
    }

    private <T> @Nullable T readNow(Read<T> read) {
        Connection connection = null;
        try {
            connection = take();
            T result = read.with(connection);
            give(connection);
            return result;
        } catch (SQLException e) {
            closeQuietly(connection);
            throw SqliteErrors.of(file.path(), e);
        } catch (RuntimeException e) {
            closeQuietly(connection);
            throw e;
        }
    }

    /** Waits for the reads that are under way. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        free.acquireUninterruptibly(CONNECTIONS);
        synchronized (this) {
            idle.forEach(SqliteReaders::closeQuietly);
            idle.clear();
        }
        free.release(CONNECTIONS);
    }

    private Connection take() throws SQLException {
        synchronized (this) {
            if (closed) {
                throw new StoreException("store: closed (expected: a running control plane)", null);
            }
            Connection connection = idle.poll();
            if (connection != null) {
                return connection;
            }
        }
        return file.reader();
    }

    private synchronized void give(Connection connection) {
        idle.push(connection);
    }

    private static void closeQuietly(@Nullable Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            // It only read.
        }
    }
}
