package io.isochrone.bench.peers;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The programs of this machine that a side-by-side can use.
 *
 * <p>Immutable.
 *
 * @param paths of executables by name
 */
public record Tools(Map<String, Path> paths) {
    static final String TASKSET = "taskset";
    static final String WRK = "wrk";
    static final String H2LOAD = "h2load";

    private static final Map<String, String> PACKAGES = Map.of(
            "haproxy",
            "haproxy",
            "nginx",
            "nginx",
            WRK,
            "wrk",
            H2LOAD,
            "nghttp2-client",
            TASKSET,
            "util-linux",
            "git",
            "git");

    public Tools {
        paths = Map.copyOf(paths);
    }

    /** Those on PATH and in {@code /usr/sbin}. */
    public static Tools installed() {
        Map<String, Path> found = new HashMap<>();
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
        for (String name : PACKAGES.keySet()) {
            for (String folder : List.of(path.split(File.pathSeparator, -1))) {
                Path file = Path.of(folder, name);
                if (!found.containsKey(name) && Files.isExecutable(file)) {
                    found.put(name, file);
                }
            }
        }
        return new Tools(found);
    }

    /** Where it is, or null. */
    @Nullable
    String find(String name) {
        Path path = paths.get(name);
        return path == null ? null : path.toString();
    }

    /** What to do when it is missing, as {@code name: not found (expected: …)}. */
    static String missing(String name) {
        return name + ": not found (expected: on PATH; on Debian, apt-get install " + PACKAGES.get(name) + ")";
    }

    /** What is missing to start the peer, or null. */
    public @Nullable String missingFor(Peer peer) {
        return peer == Peer.OURS || paths.containsKey(peer.word()) ? null : missing(peer.word());
    }
}
