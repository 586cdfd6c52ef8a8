package io.isochrone.config.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isochrone.config.model.Deployment;
import io.isochrone.config.read.DeploymentReader;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    private static final String SERVICE =
            "{\"name\":\"contoso\",\"tier\":\"Premium\",\"primary\":{\"location\":\"westeurope\",\"nodes\":[\"127.0.0.1:8101\"]}}";

    @Test
    void isReadAsADeployment() {
        Snapshot snapshot = of(
                1,
                Map.of(
                        "service", SERVICE,
                        "apis/echo", "{\"name\":\"echo\",\"path\":\"/echo\",\"backends\":[\"http://127.0.0.1:1\"]}",
                        "apis/other", "{\"name\":\"other\",\"path\":\"/other\",\"backends\":[\"http://127.0.0.1:2\"]}",
                        "router", "{\"listen\":\"127.0.0.1:0\"}"));

        Deployment deployment = DeploymentReader.read("snapshot", snapshot.text());

        assertThat(deployment.apis()).extracting(api -> api.name()).containsExactly("echo", "other");
        assertThat(deployment.service().name()).isEqualTo("contoso");
        assertThat(deployment.router().listen().port()).isZero();
    }

    @Test
    void aChangeLeadsFromAnySnapshotToAnyOther() {
        Random random = new Random(7);
        Snapshot older = of(1, Map.of());
        for (int version = 2; version < 300; version++) {
            Map<String, String> items = new HashMap<>();
            for (int i = random.nextInt(20); i > 0; i--) {
                items.put("apis/" + random.nextInt(30), "\"" + random.nextInt(3) + "\"");
            }
            Snapshot newer = of(version, items);

            assertThat(newer.since(older).applyTo(older)).isEqualTo(newer);

            older = newer;
        }
    }

    @Test
    void tellsWhichItemStandsInALine() {
        Snapshot snapshot = of(
                1,
                Map.of(
                        "service",
                        "{1}",
                        "apis/a",
                        "{2}",
                        "apis/b",
                        "{3}",
                        "router",
                        "{4}",
                        "subscriptions/x/y",
                        "{5}"));

        String[] lines = snapshot.text().split("\n");
        for (int line = 1; line <= lines.length; line++) {
            String item = snapshot.itemAt(line);
            assertThat(lines[line - 1])
                    .contains(item == null ? "" : snapshot.items().get(item));
            assertThat(lines[line - 1].contains("{") && lines[line - 1].length() > 1)
                    .isEqualTo(item != null);
        }
        assertThat(snapshot.itemAt(lines.length + 1)).isNull();
    }

    @Test
    void refusesAnotherStartAndAnotherResult() {
        Snapshot first = of(1, Map.of("a", "1"));
        Snapshot damaged = of(1, Map.of("a", "2", "b", "1"));
        Snapshot second = of(2, Map.of("a", "3"));

        assertThatThrownBy(() -> second.since(first).applyTo(second))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("snapshot: 1.2 (expected: 1.1)");
        assertThatThrownBy(() -> second.since(first).applyTo(damaged))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("checksum of 1.2: ");
    }

    @Test
    void epochsComeBeforeVersions() {
        assertThat(new SnapshotId(2, 1)).isGreaterThan(new SnapshotId(1, 9));
        assertThat(new SnapshotId(1, 10)).isGreaterThan(new SnapshotId(1, 9)).hasToString("1.10");
    }

    private static Snapshot of(long version, Map<String, String> items) {
        return new Snapshot(new SnapshotId(1, version), new TreeMap<>(items));
    }
}
