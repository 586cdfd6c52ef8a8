package io.isochrone.router.geo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An MMDB file that is looked at again and again. A changed file is read when two looks in a row see it alike, because half a copied
 * file may be readable; it is refused when it is damaged or older than the one in force, which then stays.
 *
 * <p>Thread-safe: {@link #poll} runs on one thread, away from traffic; the rest may be read anywhere.
 */
public final class GeoFile {
    private static final Logger LOG = LoggerFactory.getLogger(GeoFile.class);

    /** What tells one content of the file from another without reading it; symbolic links are followed. */
    private record Stamp(
            long size, FileTime modified, @Nullable Object key) {}

    private final Path file;
    private final AtomicLong loads = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private volatile MmdbDatabase database;
    private volatile boolean stale;
    private @Nullable Stamp judged;
    private @Nullable Stamp candidate;

    private GeoFile(Path file, @Nullable Stamp judged, MmdbDatabase database) {
        this.file = file;
        this.judged = judged;
        this.database = database;
    }

    /** Reads the file for the first time. */
    public static GeoFile open(Path file) throws GeoDatabaseException {
        Stamp before = stamp(file);
        return new GeoFile(file, before, MmdbDatabase.open(file));
    }

    /** What is in force. */
    public MmdbDatabase database() {
        return database;
    }

    /** Looks at the file; returns whether another database is in force now. Reads all of a changed file, so it may take seconds. */
    public boolean poll() {
        Stamp now = stamp(file);
        if (now == null) {
            candidate = null;
            if (!stale) {
                stale = true;
                judged = null;
                LOG.warn("geo database cannot be read, the old one stays file={}", file);
            }
            return false;
        }
        if (now.equals(judged) || !now.equals(candidate)) {
            candidate = now;
            return false;
        }
        judged = now;
        return take();
    }

    private boolean take() {
        try {
            MmdbDatabase next = MmdbDatabase.open(file);
            if (next.built().isBefore(database.built())) {
                throw new GeoDatabaseException(
                        "geo-database: " + file + ": of " + next.built() + " (expected: not older than "
                                + database.built() + ")",
                        null);
            }
            database = next;
            stale = false;
            loads.incrementAndGet();
            LOG.info("geo database taken file={} database={}", file, next.description());
            return true;
        } catch (GeoDatabaseException e) {
            stale = true;
            refusals.incrementAndGet();
            LOG.warn("geo database refused, the old one stays problem={}", e.getMessage());
            return false;
        }
    }

    private static @Nullable Stamp stamp(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
        } catch (IOException e) {
            return null;
        }
    }

    /** Whether the file holds something else than what is in force, or nothing. */
    public boolean isStale() {
        return stale;
    }

    /** How many changed files were taken. */
    public long loads() {
        return loads.get();
    }

    /** How many changed files were refused. */
    public long refusals() {
        return refusals.get();
    }
}
