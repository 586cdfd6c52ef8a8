package io.isochrone.proxy.tls;

import io.isochrone.config.model.PemFile;
import io.isochrone.config.problem.InvalidConfigException;
import io.isochrone.config.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The contents of a node's PEM files at one moment, read together, so that a chain and a key that belong together are judged together.
 *
 * <p>Immutable; holds private keys.
 */
final class PemFiles {
    private static final int MAX_BYTES = 1 << 20;

    private final Map<PemFile, byte[]> contents;

    private PemFiles(Map<PemFile, byte[]> contents) {
        this.contents = contents;
    }

    /** Reads the files; blocks. Throws with a problem for each that cannot be read or is larger than 1 MiB. */
    static PemFiles read(Collection<PemFile> files) {
        Map<PemFile, byte[]> contents = new LinkedHashMap<>();
        List<Problem> problems = new ArrayList<>();
        for (PemFile file : files) {
            try (InputStream in = Files.newInputStream(Path.of(file.path()))) {
                byte[] content = in.readNBytes(MAX_BYTES + 1);
                if (content.length > MAX_BYTES) {
                    problems.add(problem(file, "more than 1 MiB", "a PEM file"));
                }
                contents.put(file, content);
            } catch (NoSuchFileException e) {
                problems.add(problem(
                        file,
                        "no such file",
                        "a readable PEM file; a relative path starts where the configuration file is"));
            } catch (IOException e) {
                problems.add(problem(file, String.valueOf(e), "a readable PEM file"));
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidConfigException(problems);
        }
        return new PemFiles(contents);
    }

    /** A problem of a file, told where the configuration names the file. */
    static Problem problem(PemFile file, String found, String expected) {
        String value = "\"" + file.path() + "\": " + found;
        boolean named = !file.source().isEmpty();
        return new Problem(
                named ? file.source() : file.path(),
                file.line(),
                file.column(),
                named ? file.key() : "",
                named ? value : found,
                expected,
                null);
    }

    /** The same, to be thrown. */
    static InvalidConfigException invalid(PemFile file, String found, String expected) {
        return new InvalidConfigException(List.of(problem(file, found, expected)));
    }

    /** What was read from one of the files. */
    byte[] content(PemFile file) {
        byte[] content = contents.get(file);
        if (content == null) {
            throw new IllegalStateException(file + " was not read");
        }
        return content;
    }

    /** Text that is the same for the same files with the same contents, and tells nothing of these. */
    String fingerprint(Collection<PemFile> files) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            StringBuilder out = new StringBuilder();
            for (PemFile file : files) {
                out.append(file.path()).append('=');
                out.append(HexFormat.of().formatHex(digest.digest(content(file))))
                        .append('\n');
            }
            return out.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
