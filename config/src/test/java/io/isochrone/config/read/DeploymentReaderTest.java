package io.isochrone.config.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.GatewaySettings;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.RouterSettings;
import io.isochrone.config.model.Tier;
import io.isochrone.config.problem.InvalidConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class DeploymentReaderTest {
    private static final String SMALL = """
            service:
              name: small
              tier: developer
              primary: {location: westeurope, nodes: [127.0.0.1:1]}
            """;

    private static final String LARGE = """
            service:
              name: large
              tier: Premium
              primary: {location: West Europe, units: 2, nodes: ["127.0.0.1:1", "[::1]:2"]}
              additional-locations:
                - {location: my-dc, nodes: [gw.example:3]}
                - {location: East US, gateway-disabled: true}
            regions:
              - {name: my-dc, display-name: My DC, latitude: 1.5, longitude: -2}
            apis:
              - name: shop
                path: /shop
                retry-idempotent-writes: true
                backends: ["http://b.example/base"]
                regional-backends: {my-dc: ["http://127.0.0.1:9"]}
            router: {listen: "0.0.0.0:80", place: my-dc, trusted-proxies: [10.0.0.0/8], timeouts: {connect: 250ms}, limits: {max-body: 1MiB}}
            gateway: {ejection: 1m}
            """;

    static List<Path> shipped() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("."))) {
            return files.filter(p -> p.toString().endsWith(".yaml")).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void readsEveryShippedFile(Path file) {
        assertThat(DeploymentReader.readFile(file).service().name()).isNotEmpty();
    }

    @Test
    void takesEveryDefaultFromTheRecords() {
        Deployment deployment = DeploymentReader.read("f", SMALL);

        assertThat(deployment.router()).isEqualTo(RouterSettings.DEFAULTS);
        assertThat(deployment.gateway()).isEqualTo(GatewaySettings.DEFAULTS);
        assertThat(deployment.service().tier()).isEqualTo(Tier.DEVELOPER);
        assertThat(deployment.service().primary().units()).isEqualTo(1);
    }

    @Test
    void readsWhatIsSet() {
        Deployment deployment = DeploymentReader.read("f", LARGE);

        assertThat(deployment.service().primary().nodes())
                .containsExactly(new HostPort("127.0.0.1", 1), new HostPort("::1", 2));
        assertThat(deployment.service().additional().get(0).region().displayName())
                .isEqualTo("My DC");
        assertThat(deployment.apis().get(0).backends().get(0).url()).isEqualTo("http://b.example:80/base");
        assertThat(deployment.apis().get(0).backendsIn("my-dc").get(0).address().port())
                .isEqualTo(9);
        assertThat(deployment.router().timeouts().connect()).isEqualTo(Duration.ofMillis(250));
        assertThat(deployment.router().limits().maxBodyBytes()).isEqualTo(1 << 20);
        assertThat(deployment.gateway().ejection()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void reportsEveryProblemAtOnceInOrderOfPosition() {
        String text = """
                service:
                  name: 9x
                  tier: Premum
                  primary: {location: West Europ, units: 0}
                apis:
                  - name: a
                    path: shop/
                    backend: []
                    backends: [ftp://x, "https://"]
                router:
                  timeouts:
                    connect: 5
                extra: 1
                """;

        InvalidConfigException e =
                catchThrowableOfType(InvalidConfigException.class, () -> DeploymentReader.read("g.yaml", text));

        assertThat(e.getMessage().lines())
                .satisfiesExactly(
                        l -> assertThat(l).startsWith("g.yaml:2:3: service.name: \"9x\" (expected: letters, digits"),
                        l -> assertThat(l)
                                .isEqualTo("g.yaml:3:3: service.tier: \"Premum\" (expected: one of Developer, Basic,"
                                        + " Standard, Premium; did you mean \"Premium\"?)"),
                        l -> assertThat(l)
                                .startsWith("g.yaml:4:13: service.primary.location: \"West Europ\" (expected: a region")
                                .contains("did you mean \"West Europe\"?"),
                        l -> assertThat(l)
                                .isEqualTo(
                                        "g.yaml:4:35: service.primary.units: 0 (expected: whole number from 1 to 1000)"),
                        l -> assertThat(l).startsWith("g.yaml:7:5: apis[0].path: \"shop/\" (expected: / or segments"),
                        l -> assertThat(l)
                                .startsWith("g.yaml:8:5: apis[0].backend: unknown key")
                                .contains("did you mean \"backends\"?"),
                        l -> assertThat(l).startsWith("g.yaml:9:16: apis[0].backends[0]: \"ftp://x\""),
                        l -> assertThat(l)
                                .contains(
                                        "apis[0].backends[1]: \"https://\" (expected: http://HOST[:PORT][/BASE], or https, h2c or h2 in place of http)"),
                        l -> assertThat(l)
                                .startsWith("g.yaml:12:5: router.timeouts.connect: 5 (expected: time from 1ms"),
                        l -> assertThat(l).startsWith("g.yaml:13:1: extra: unknown key"));
    }

    @Test
    void checksTheRulesBetweenRecords() {
        String text = """
                service:
                  name: s
                  tier: Standard
                  primary: {location: westeurope, units: 5, nodes: ["127.0.0.1:1"]}
                  additional-locations:
                    - {location: West Europe, nodes: ["127.0.0.1:1"]}
                    - {location: eastus}
                apis:
                  - {name: a, path: /a, backends: ["http://127.0.0.1:1"]}
                  - {name: a, path: /a}
                router: {timeouts: {upstream-idle: 80s}}
                """;

        assertThatThrownBy(() -> DeploymentReader.read("f", text))
                .hasMessageContaining("service.primary.units: 5 (expected: 1 to 4 in tier Standard)")
                .hasMessageContaining("expected: a location other than the primary")
                .hasMessageContaining("expected: each node once")
                .hasMessageContaining("service.additional-locations[1].nodes: missing")
                .hasMessageContaining("more than one location needs tier Premium")
                .hasMessageContaining("apis[1].name: \"a\" (expected: each API name once; apis[0].name has it)")
                .hasMessageContaining("apis[1].path: \"/a\" (expected: each API path once; apis[0].path has it)")
                .hasMessageContaining("requests would go in circles")
                .hasMessageContaining("a backend in every location")
                .hasMessageContaining("the router must close idle connections first");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "router | upstream-idle | 75s | 75000ms (expected: less than gateway.timeouts.downstream-idle, 75000ms",
                "gateway | downstream-idle | 30s | 30000ms (expected: more than router.timeouts.upstream-idle, 30000ms"
            })
    void saysWhereAGatewayWouldCloseIdleConnectionsBeforeTheRouter(
            String node, String key, String value, String expected) {
        int line = (int) SMALL.lines().count() + 2;
        String text = SMALL + node + ":\n  timeouts: {" + key + ": " + value + "}\n";

        assertThatThrownBy(() -> DeploymentReader.read("f", text))
                .hasMessageContaining("f:" + line + ":")
                .hasMessageContaining(node + ".timeouts." + key + ": " + expected)
                .hasMessageContaining("the router must close idle connections first");
    }

    @Test
    void neverPrintsTheHopSecret() {
        assertThatThrownBy(() -> DeploymentReader.read(
                        "f", SMALL.replace("  tier: developer\n", "  tier: developer\n  hop-secret: [a-short-one]\n")))
                .hasMessageNotContaining("a-short-one");
        assertThatThrownBy(() -> DeploymentReader.read(
                        "f", SMALL.replace("  tier: developer\n", "  tier: developer\n  hop-secret: a-short-one\n")))
                .hasMessageNotContaining("a-short-one");
    }

    @Test
    void throwsNothingElseForAnyMutationSeed42() {
        Random random = new Random(42);
        for (int i = 0; i < 2000; i++) {
            StringBuilder text = new StringBuilder(LARGE);
            for (int k = 0; k <= random.nextInt(4); k++) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, (char) random.nextInt(128));
                    case 1 -> text.insert(at, "&*[]{}:!-\n\t\"'0%".charAt(random.nextInt(15)));
                    default -> text.delete(at, Math.min(text.length(), at + random.nextInt(20)));
                }
            }
            try {
                DeploymentReader.read("fuzz", text.toString());
            } catch (InvalidConfigException e) {
                assertThat(e.problems()).isNotEmpty();
            }
        }
    }
}
