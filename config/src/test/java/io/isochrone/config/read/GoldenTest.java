package io.isochrone.config.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.GatewaySettings;
import io.isochrone.config.model.RouterSettings;
import io.isochrone.config.problem.InvalidConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each file holds what is read and, below a line of equals signs, what comes of it: the problems, or the records leaf by leaf. */
final class GoldenTest {
    private static final Path CASES = Path.of("src/test/resources/io/isochrone/config/read");
    private static final String LINE = "=====\n";

    static List<String> cases() throws IOException {
        try (Stream<Path> files = Files.list(CASES)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void readsAsWrittenDown(String name) throws IOException {
        Path file = CASES.resolve(name);
        String[] parts = Files.readString(file).split(LINE, 2);
        String outcome = outcome(parts[0]);
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(file, parts[0] + LINE + outcome);
        }

        assertThat(outcome).isEqualTo(parts.length == 2 ? parts[1] : outcome);
        assertThat(Files.readString(file)).contains(LINE);
    }

    @Test
    void theCaseWithEveryKeySetsEachToAnotherValueThanTheDefault() throws IOException {
        String text = Files.readString(CASES.resolve("every-key.txt")).split(LINE, 2)[0];

        Deployment deployment = DeploymentReader.read("deploy/f.yaml", text);

        assertThat(Flat.of(deployment.router())).doesNotContainAnyElementsOf(Flat.of(RouterSettings.DEFAULTS));
        assertThat(Flat.of(deployment.gateway())).doesNotContainAnyElementsOf(Flat.of(GatewaySettings.DEFAULTS));
        assertThat(text).contains(names(DeploymentKeys.DEPLOYMENT));
    }

    private static List<String> names(Kind<?> kind) {
        List<String> names = new ArrayList<>();
        for (Key<?> key : kind.fields()) {
            names.add(key.name() + ":");
            names.addAll(names(key.kind()));
        }
        return names;
    }

    private static String outcome(String text) {
        try {
            return String.join("\n", Flat.of(DeploymentReader.read("deploy/f.yaml", text))) + "\n";
        } catch (InvalidConfigException e) {
            return e.getMessage() + "\n";
        }
    }
}
