package io.isochrone.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** The files of a side-by-side, in a folder of their own below the system's temporary one. Thread-safe: immutable. */
final class WorkFolder implements AutoCloseable {
    /** 64 KiB that do not compress. */
    static final String LARGE_BODY = "64k.bin";

    /** Makes wrk send POSTs. */
    static final String POST_SCRIPT = "post.lua";

    /** What h2load posts. */
    static final String POST_BODY = "post.bin";

    private final Path folder;

    private WorkFolder(Path folder) {
        this.folder = folder;
    }

    /** A new folder with the bodies that are sent and served. */
    static WorkFolder create() throws IOException {
        WorkFolder made = new WorkFolder(Files.createTempDirectory("isochrone-peers-"));
        byte[] large = new byte[64 << 10];
        new SplittableRandom(1).nextBytes(large);
        Files.write(made.folder.resolve(LARGE_BODY), large);
        made.write(POST_BODY, "p".repeat(1024));
        made.write(POST_SCRIPT, """
                wrk.method = "POST"
                wrk.body = string.rep("p", 1024)
                wrk.headers["Content-Type"] = "application/octet-stream"
                """);
        return made;
    }

    /** The path of a file of that name, whether it is there or not. */
    String path(String name) {
        return folder.resolve(name).toString();
    }

    /** Writes a file and returns its path. */
    String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    /** A new folder within, for one process. */
    Path folder(String name) throws IOException {
        return Files.createTempDirectory(folder, name + "-");
    }

    /** Removes the folder; what cannot be removed stays in the temporary folder and harms nobody. */
    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
