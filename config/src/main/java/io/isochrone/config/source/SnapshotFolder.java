package io.isochrone.config.source;

import io.isochrone.config.wire.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node ran last, on its disk: two generations, so that one that is damaged is not the last. The newer of the two is never touched
 * while the other is replaced; there is no moment without a whole file that holds what is run, so that a key that was revoked stays
 * revoked however the process ends.
 *
 * <p>Shape of a file: {@code sha256 HEX}, a line feed, then the snapshot as a control plane offers it whole; the sum is over the latter.
 * Only the owner may read it, for it holds secrets. It may be copied to another node of the same service and kind.
 *
 * <p>Not thread-safe; confined to its owner.
 */
final class SnapshotFolder {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotFolder.class);
    private static final List<String> NAMES = List.of("snapshot-1", "snapshot-2");
    private static final String MAGIC = "sha256 ";
    private static final int HEAD_BYTES = MAGIC.length() + 64 + 1;

    private final Path folder;
    /** The file that holds what is run; null: none does. */
    private @Nullable Path newest;

    /**
     * A snapshot that was kept.
     *
     * @param file where
     * @param snapshot what
     * @param confirmed when the control plane said last that it is current
     */
    record Kept(Path file, Snapshot snapshot, Instant confirmed) {}

    SnapshotFolder(Path folder) {
        this.folder = folder;
    }

    Path path() {
        return folder;
    }

    /** The good ones, newest first; says in the log which are damaged. */
    List<Kept> read() {
        List<Kept> good = new ArrayList<>();
        for (String name : NAMES) {
            Path file = folder.resolve(name);
            try {
                Kept kept = new Kept(
                        file, parse(file), Files.getLastModifiedTime(file).toInstant());
                good.add(kept);
            } catch (NoSuchFileException e) { // there need not be any
            } catch (IOException | IllegalArgumentException e) {
                LOG.warn("kept snapshot is damaged and passed over file={} cause=\"{}\"", file, e.getMessage());
            }
        }
        good.sort(Comparator.comparing((Kept kept) -> kept.snapshot().id()).reversed());
        return good;
    }

    /** What is run came from this file. */
    void runs(Kept kept) {
        newest = kept.file();
    }

    private static Snapshot parse(Path file) throws IOException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(HEAD_BYTES + ControlClient.MAX_ANSWER_BYTES + 1);
        }
        if (content.length <= HEAD_BYTES || content.length > HEAD_BYTES + ControlClient.MAX_ANSWER_BYTES) {
            throw new IOException("size: " + content.length + " bytes");
        }
        String head = new String(content, 0, HEAD_BYTES, StandardCharsets.US_ASCII);
        if (!head.equals(head(content, HEAD_BYTES, content.length - HEAD_BYTES))) {
            throw new IOException("checksum: another (expected: what the first line says)");
        }
        byte[] json = new byte[content.length - HEAD_BYTES];
        System.arraycopy(content, HEAD_BYTES, json, 0, json.length);
        return Offer.read(json).snapshot(null);
    }

    private static String head(byte[] bytes, int offset, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, offset, length);
            return MAGIC + HexFormat.of().formatHex(digest.digest()) + "\n";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Keeps a snapshot instead of the older of the two; on the disk when it returns. Throws IOException and leaves both as they were. */
    void write(Snapshot snapshot) throws IOException {
        Path place = folder.resolve(NAMES.get(0));
        if (place.equals(newest)) {
            place = folder.resolve(NAMES.get(1));
        }
        Path written = folder.resolve("written-" + ProcessHandle.current().pid());
        byte[] json = ControlText.whole(snapshot);
        try {
            Files.createDirectories(folder, ownersOnly("rwx------"));
            Files.deleteIfExists(written);
            try (FileChannel out = FileChannel.open(
                    written,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    ownersOnly("rw-------"))) {
                writeFully(out, head(json, 0, json.length).getBytes(StandardCharsets.US_ASCII));
                writeFully(out, json);
                out.force(true);
            }
            move(written, place);
            syncFolder();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            Files.deleteIfExists(written);
        }
        newest = place;
    }

    private static void writeFully(FileChannel out, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException(to + ": cannot be replaced at once (expected: a file system that renames)", e);
        }
    }

    /** A name that is not on the disk is no file after a power failure. */
    private void syncFolder() throws IOException {
        if (!isPosix()) {
            return; // Windows opens no folders
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The control plane said that what is run is current; remembered as the file's time. */
    void confirmed(Instant now) {
        Path file = newest;
        if (file != null) {
            try {
                Files.setLastModifiedTime(file, FileTime.from(now));
            } catch (IOException e) {
                LOG.debug("time of the kept snapshot not set file={}", file, e);
            }
        }
    }

    private static FileAttribute<?>[] ownersOnly(String permissions) {
        return isPosix()
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }
}
