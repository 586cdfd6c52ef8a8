package io.isochrone.config.read;

import io.isochrone.config.check.DeploymentRules;
import io.isochrone.config.check.Nodes;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.problem.InvalidConfigException;
import io.isochrone.config.problem.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads a deployment from YAML. All problems of a file are found in one run; no input makes it throw anything but
 * {@link InvalidConfigException}.
 *
 * <p>Bounds: 1 MiB of text, 16 MiB of a snapshot's, 20 levels, 50 aliases.
 *
 * <p>Thread-safe: no state.
 */
public final class DeploymentReader {
    private DeploymentReader() {}

    /** Reads a file; a relative path inside it is taken from the file's folder. */
    public static Deployment readFile(Path file) {
        Problems problems = new Problems(file.toString());
        try {
            return read(file, contents(file));
        } catch (NoSuchFileException e) {
            problems.add("", "no such file", "a file that exists; the folder config has some to copy");
        } catch (IOException e) {
            problems.add("", "cannot be read: " + e.getMessage(), "a readable file");
        }
        throw new InvalidConfigException(problems.list());
    }

    /**
     * Returns the bytes of a file, but not more than one beyond what is read. Throws IOException, of which NoSuchFileException
     * stands for a file that is not there.
     */
    public static byte[] contents(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(YamlText.MAX_BYTES + 1);
        }
    }

    /** Reads the contents of a file; a relative path inside is taken from the file's folder. */
    public static Deployment read(Path file, byte[] contents) {
        Problems problems = new Problems(file.toString());
        if (contents.length > YamlText.MAX_BYTES) {
            problems.add("", "larger than 1 MiB", "a file of at most 1 MiB");
            problems.throwIfAny();
        }
        ByteBuffer bytes = ByteBuffer.wrap(contents);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(bytes)
                    .toString();
            return read(file.toString(), text, file.toAbsolutePath().getParent());
        } catch (CharacterCodingException e) {
            long line = 1;
            for (int i = 0; i < bytes.position(); i++) {
                line += contents[i] == '\n' ? 1 : 0;
            }
            problems.addAt((int) line, 1, "", "not UTF-8", "text in UTF-8", null);
            throw new InvalidConfigException(problems.list());
        }
    }

    /** Reads text; {@code fileName} is used in messages, and a relative path inside the text is taken from its folder. */
    public static Deployment read(String fileName, String text) {
        return read(fileName, text, folderOf(fileName));
    }

    /**
     * Reads the text of a snapshot, of at most 16 MiB: nodes come and go by themselves there, so that a location may have none.
     *
     * @param name for messages; a relative path inside the text is taken from the folder that the process runs in
     */
    public static Deployment readSnapshot(String name, String text) {
        return read(name, text, null, Nodes.REPORTED);
    }

    private static Deployment read(String fileName, String text, @Nullable Path folder) {
        return read(fileName, text, folder, Nodes.WRITTEN);
    }

    private static Deployment read(String fileName, String text, @Nullable Path folder, Nodes nodes) {
        Problems problems = new Problems(fileName);
        int most = nodes == Nodes.REPORTED ? YamlText.MAX_SNAPSHOT_BYTES : YamlText.MAX_BYTES;
        Node root = YamlText.compose(text, most, problems);
        problems.throwIfAny();
        Value top = new Value(Objects.requireNonNull(root), "", new Reading(problems, folder));
        Deployment deployment = DeploymentKeys.DEPLOYMENT.reader().apply(top);
        problems.endReading();
        if (deployment != null) {
            DeploymentRules.check(deployment, nodes, problems);
        }
        problems.throwIfAny();
        return Objects.requireNonNull(deployment, "what cannot be read is a problem");
    }

    private static @Nullable Path folderOf(String fileName) {
        try {
            return Path.of(fileName).getParent();
        } catch (InvalidPathException e) {
            return null;
        }
    }
}
