package io.isochrone.control.store;

import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * What SQLite's errors mean to an operator.
 *
 * <p>Thread-safe: no state.
 */
final class SqliteErrors {
    /** The low byte of a result code is its kind, the rest its detail. */
    private static final int KIND = 0xff;

    private SqliteErrors() {}

    /** Of a read, or of a commit that changed nothing. */
    static StoreException of(Path file, SQLException e) {
        return new StoreException("store: " + file + " " + meaning(kind(e)), e);
    }

    /** Of a commit whose last step failed: whether it is on the disk is not known. */
    static StoreException unknown(Path file, SQLException e) {
        if (kind(e) == SQLiteErrorCode.SQLITE_FULL.code) {
            return of(file, e);
        }
        return new StoreException(
                "store: " + file
                        + " failed at the end of a commit; it is not known to be stored (expected: a disk that works; "
                        + "look at the system's log, then read again what is there)",
                e);
    }

    private static String meaning(int kind) {
        if (kind == SQLiteErrorCode.SQLITE_FULL.code) {
            return "is full, nothing was changed (expected: room on its disk; free some, then try again)";
        }
        if (kind == SQLiteErrorCode.SQLITE_CORRUPT.code || kind == SQLiteErrorCode.SQLITE_NOTADB.code) {
            return "is damaged (expected: what was written; restore a copy, or import an export into an empty folder)";
        }
        if (kind == SQLiteErrorCode.SQLITE_READONLY.code
                || kind == SQLiteErrorCode.SQLITE_PERM.code
                || kind == SQLiteErrorCode.SQLITE_CANTOPEN.code) {
            return "cannot be opened or written (expected: a file and a folder that this user may write)";
        }
        if (kind == SQLiteErrorCode.SQLITE_BUSY.code || kind == SQLiteErrorCode.SQLITE_LOCKED.code) {
            return "is held by another program, nothing was changed (expected: none; copy it with `control export`)";
        }
        if (kind == SQLiteErrorCode.SQLITE_IOERR.code) {
            return "could not be read or written, nothing was changed (expected: a disk that works; look at the system's log)";
        }
        return "failed, nothing was changed";
    }

    private static int kind(SQLException e) {
        return e instanceof SQLiteException known ? known.getResultCode().code & KIND : e.getErrorCode() & KIND;
    }
}
