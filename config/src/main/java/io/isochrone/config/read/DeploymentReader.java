package io.isochrone.config.read;

import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.check.DeploymentRules;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.problem.InvalidConfigException;
import io.isochrone.config.problem.Problems;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads a deployment from YAML. All problems of a file are found in one run; no input makes it throw anything but
 * {@link InvalidConfigException}.
 *
 * <p>Bounds: 1 MiB of text, 50 levels, 50 aliases.
 *
 * <p>Thread-safe: no state.
 */
public final class DeploymentReader {
    private static final int MAX_BYTES = 1 << 20;

    private DeploymentReader() {}

    /** Reads a file; a relative path inside it is taken from the file's folder. */
    public static Deployment readFile(Path file) {
        Problems problems = new Problems(file.toString());
        try {
            if (Files.size(file) > MAX_BYTES) {
                problems.add("", "larger than 1 MiB", "a file of at most 1 MiB");
                problems.throwIfAny();
            }
            byte[] bytes = Files.readAllBytes(file);
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(java.nio.ByteBuffer.wrap(bytes))
                    .toString();
            return read(file.toString(), text, file.toAbsolutePath().getParent());
        } catch (NoSuchFileException e) {
            problems.add("", "no such file", "a file that exists; the folder config has some to copy");
        } catch (CharacterCodingException e) {
            problems.add("", "not UTF-8", "text in UTF-8");
        } catch (IOException e) {
            problems.add("", "cannot be read: " + e.getMessage(), "a readable file");
        }
        throw new InvalidConfigException(problems.list());
    }

    /** Reads text; {@code fileName} is used in messages. */
    public static Deployment read(String fileName, String text) {
        return read(fileName, text, null);
    }

    private static Deployment read(String fileName, String text, @Nullable Path folder) {
        Problems problems = new Problems(fileName);
        Node root = compose(problems, text);
        Section top = new Section(problems, "", root);
        Deployment deployment = new DeploymentForm(problems, RegionCatalogue.clouds(), folder).read(top);
        top.close();
        if (problems.list().isEmpty()) {
            DeploymentRules.check(deployment, problems);
        }
        problems.throwIfAny();
        return deployment;
    }

    private static @Nullable Node compose(Problems problems, String text) {
        LoadSettings settings = LoadSettings.builder()
                .setAllowDuplicateKeys(true)
                .setMaxAliasesForCollections(50)
                .setCodePointLimit(MAX_BYTES)
                .build();
        try {
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isEmpty()) {
                problems.add("", "empty", "a deployment; the folder config has some to copy");
            }
            problems.throwIfAny();
            return root.orElse(null);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(m -> m.getLine() + 1).orElse(1);
            int column = e.getProblemMark().map(m -> m.getColumn() + 1).orElse(1);
            problems.addAt(line, column, "", "not YAML: " + e.getProblem(), "YAML 1.2", null);
        } catch (YamlEngineException e) {
            problems.add(
                    "",
                    "not YAML: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    "YAML 1.2");
        } catch (StackOverflowError e) {
            problems.add("", "nested too deeply", "at most some dozens of levels");
        }
        throw new InvalidConfigException(problems.list());
    }
}
